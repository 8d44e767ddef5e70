package io.kvops.stores.format;

import java.io.InputStream;
import java.util.Set;

/** MessagePack: maps with the names that JSON lines have. */
public final class MessagePackFormat extends StreamFormat {
    @Override
    public String name() {
        return "msgpack";
    }

    @Override
    public Set<String> extensions() {
        return Set.of("msgpack");
    }

    @Override
    public Match match(byte[] head) {
        return Heads.begins(head, MsgPackWriter.HEAD) ? Match.YES : Match.NO;
    }

    @Override
    TupleWriter writer(Output out, long records) {
        return new MsgPackWriter(out, records);
    }

    @Override
    public FormatReader reader(InputStream in, String name, FileReadOptions options) {
        return new MsgPackReader(new Input(in, options.limits().maxPieceBytes()), name, options);
    }
}
