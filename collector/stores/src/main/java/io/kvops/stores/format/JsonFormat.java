package io.kvops.stores.format;

import java.io.InputStream;
import java.util.Set;

/** JSON: one array of the objects that JSON lines have. */
public final class JsonFormat extends StreamFormat {
    @Override
    public String name() {
        return "json";
    }

    @Override
    public Set<String> extensions() {
        return Set.of("json");
    }

    @Override
    public Match match(byte[] head) {
        return Heads.firstText(head) == '[' ? Match.YES : Match.NO;
    }

    @Override
    TupleWriter writer(Output out, long records) {
        return new JsonWriter(out, records, true);
    }

    @Override
    public FormatReader reader(InputStream in, String name, FileReadOptions options) {
        return new JsonArrayReader(new Input(in, options.limits().maxPieceBytes()), name, options);
    }
}
