package io.kvops.history;

/** Formats of files that queries are exported to. */
public enum ExportFormat {
    /** With a line of names. */
    CSV("FORMAT csv, HEADER"),
    /** One object a line. */
    JSON("FORMAT json"),
    PARQUET("FORMAT parquet, COMPRESSION zstd");

    final String options;

    ExportFormat(String options) {
        this.options = options;
    }
}
