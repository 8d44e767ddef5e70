package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import java.io.IOException;
import java.io.OutputStream;

/** What the formats without blocks share: number of records and checksum are enough to go on with a file. */
abstract class StreamFormat implements DataFormat {
    abstract TupleWriter writer(Output out, long records);

    @Override
    public final FormatWriter writer(OutputStream out, String name, PackOptions blocks) {
        TupleWriter writer = writer(new Output(out, name), 0);
        writer.writeStart();
        return writer;
    }

    @Override
    public final FormatWriter resume(OutputStream out, String name, PackOptions blocks, String checkpoint)
            throws StoreException, IOException {
        String[] words = checkpoint.split(" ", -1);
        try {
            if (words.length == 2) {
                return writer(new Output(out, name, Crc.parse(words[1])), Long.parseLong(words[0]));
            }
        } catch (IllegalArgumentException e) {
            throw nonsense(name, e);
        }
        throw nonsense(name, null);
    }

    static StoreException nonsense(String name, @org.jspecify.annotations.Nullable Exception e) {
        return new StoreException(
                StoreException.Kind.NONSENSE, name + ": its checkpoint makes no sense; write the file again", e);
    }
}
