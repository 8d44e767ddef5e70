package io.kvops.stores.format;

import java.io.InputStream;
import java.util.Set;

/** CSV: a row for each element, with columns that {@link CsvWriter} names. */
public final class CsvFormat extends StreamFormat {
    @Override
    public String name() {
        return "csv";
    }

    @Override
    public Set<String> extensions() {
        return Set.of("csv");
    }

    @Override
    public Match match(byte[] head) {
        return CsvRow.headMatch(head);
    }

    @Override
    TupleWriter writer(Output out, long records) {
        return new CsvWriter(out, records);
    }

    @Override
    public FormatReader reader(InputStream in, String name, FileReadOptions options) {
        return new CsvReader(new Input(in, options.limits().maxPieceBytes()), name, options);
    }
}
