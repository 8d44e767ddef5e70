package io.kvops.stores.format;

import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Protobuf: delimited messages of {@code kvops-records.proto}, which is in the jar beside this class. */
public final class ProtobufFormat extends StreamFormat {
    @Override
    public String name() {
        return "protobuf";
    }

    @Override
    public Set<String> extensions() {
        return new LinkedHashSet<>(List.of("pb", "protobuf"));
    }

    @Override
    public Match match(byte[] head) {
        return Heads.contains(head, ProtoWriter.FORMAT, 16) ? Match.YES : Match.NO;
    }

    @Override
    TupleWriter writer(Output out, long records) {
        return new ProtoWriter(out, records);
    }

    @Override
    public FormatReader reader(InputStream in, String name, FileReadOptions options) {
        return new ProtoReader(new Input(in, options.limits().maxPieceBytes()), name, options);
    }
}
