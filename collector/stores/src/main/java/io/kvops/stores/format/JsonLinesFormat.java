package io.kvops.stores.format;

import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** JSON lines: an object of a record, or of a part of a large one, on each line. */
public final class JsonLinesFormat extends StreamFormat {
    @Override
    public String name() {
        return "jsonl";
    }

    @Override
    public Set<String> extensions() {
        return new LinkedHashSet<>(List.of("jsonl", "ndjson"));
    }

    @Override
    public Match match(byte[] head) {
        return Heads.firstText(head) == '{' ? Match.YES : Match.NO;
    }

    @Override
    TupleWriter writer(Output out, long records) {
        return new JsonWriter(out, records, false);
    }

    @Override
    public FormatReader reader(InputStream in, String name, FileReadOptions options) {
        return new JsonLinesReader(new Input(in, options.limits().maxPieceBytes()), name, options);
    }
}
