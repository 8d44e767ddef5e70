package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a file, which is there once {@link #finish} has returned, and not before. After an exception it can only
 * be closed. For one thread.
 */
public final class DataFileWriter implements RecordSink, AutoCloseable {
    private final Path file;
    private final DataFormat format;
    private final PackOptions packing;
    private final FileBytes bytes;
    private final PackedOutput packed;
    private final FormatWriter writer;
    private long records;

    private DataFileWriter(
            Path file,
            DataFormat format,
            PackOptions packing,
            FileBytes bytes,
            PackedOutput packed,
            FormatWriter writer,
            long records) {
        this.file = file;
        this.format = format;
        this.packing = packing;
        this.bytes = bytes;
        this.packed = packed;
        this.writer = writer;
        this.records = records;
    }

    static DataFileWriter create(Path file, DataFormat format, PackOptions packing) throws StoreException {
        return open(file, format, packing, null);
    }

    static DataFileWriter resume(Path file, FileCheckpoint from, DataFormats formats) throws StoreException {
        return open(file, formats.named(from.format()), from.packing(), from);
    }

    private static DataFileWriter open(Path file, DataFormat format, PackOptions packing, @Nullable FileCheckpoint from)
            throws StoreException {
        boolean blocks = format.packsBlocks();
        FileBytes bytes = FileBytes.open(file, from);
        try {
            PackedOutput packed = new PackedOutput(bytes, blocks ? PackOptions.NONE : packing, from != null);
            PackOptions own = blocks ? packing : PackOptions.NONE;
            OutputStream out = new Chained(packed);
            FormatWriter writer = from == null
                    ? format.writer(out, file.toString(), own)
                    : format.resume(out, file.toString(), own, from.state());
            return new DataFileWriter(file, format, packing, bytes, packed, writer, from == null ? 0 : from.records());
        } catch (IOException | StoreException | RuntimeException e) {
            close(bytes, e);
            if (e instanceof StoreException known) {
                throw known;
            }
            if (e instanceof RuntimeException mistake) {
                throw mistake;
            }
            throw FileFailure.writing(file.toString(), e);
        }
    }

    private static void close(FileBytes bytes, Exception failure) {
        try {
            bytes.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Records that ended. */
    public long records() {
        return records;
    }

    /** Bytes of the file so far, without what still waits to be packed. */
    public long bytes() {
        return bytes.length();
    }

    /**
     * Puts on disk what was written, between two records: for a checkpoint every few seconds, as the compression begins
     * anew behind it.
     *
     * @return one line of at most 65 Ki characters for {@link DataFormats#resume}; empty if the format can't
     */
    public Optional<String> checkpoint() throws StoreException {
        Optional<String> state = writer.checkpoint();
        if (state.isEmpty()) {
            return state;
        }
        try {
            packed.endFrame();
            bytes.force();
        } catch (IOException e) {
            throw FileFailure.writing(file.toString(), e);
        }
        return Optional.of(new FileCheckpoint(format.name(), packing, bytes.length(), bytes.crc(), records, state.get())
                .toString());
    }

    /** Gives the file its name, once all of it is on disk. */
    public DataFile finish() throws StoreException {
        writer.finish();
        try {
            packed.close();
            bytes.publish();
        } catch (IOException e) {
            throw FileFailure.writing(file.toString(), e);
        }
        Path name = file.getFileName();
        return new DataFile(
                String.valueOf(name), format.name(), packing.compression(), records, bytes.length(), bytes.crc());
    }

    /** Closes it. Unless it was finished, the partial file stays, for {@link DataFormats#resume}. */
    @Override
    public void close() throws StoreException {
        bytes.ignoreRest();
        try {
            try {
                writer.close();
            } finally {
                try {
                    packed.close();
                } finally {
                    bytes.close();
                }
            }
        } catch (IOException e) {
            throw FileFailure.writing(file.toString(), e);
        }
    }

    /** Closes it and removes what was written, unless it was finished. */
    public void discard() throws StoreException {
        try {
            bytes.discard();
        } catch (IOException e) {
            throw FileFailure.writing(file.toString(), e);
        } finally {
            close();
        }
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        writer.begin(header);
    }

    @Override
    public void chunk(Slice part) throws StoreException {
        writer.chunk(part);
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        writer.field(name, value, expiresAtMillis);
    }

    @Override
    public void item(Slice value) throws StoreException {
        writer.item(value);
    }

    @Override
    public void member(Slice member) throws StoreException {
        writer.member(member);
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        writer.scored(member, score);
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        writer.entry(id, namesAndValues);
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        writer.state(lastId, entriesAdded, maxDeletedId);
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        writer.group(name, lastDelivered, entriesRead);
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        writer.consumer(name);
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        writer.pending(id, consumer, deliveredAtMillis, deliveries);
    }

    @Override
    public void end() throws StoreException {
        writer.end();
        records++;
    }

    @Override
    public void abort() throws StoreException {
        writer.abort();
    }

    /** The streams below are closed in their order by {@link #finish} and {@link #close}, not by the format's writer. */
    private static final class Chained extends OutputStream {
        private final OutputStream out;

        Chained(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] from, int at, int count) throws IOException {
            out.write(from, at, count);
        }

        @Override
        public void close() {
            // see above
        }
    }
}
