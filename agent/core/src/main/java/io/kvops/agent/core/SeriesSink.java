package io.kvops.agent.core;

/** Takes what stripes counted. */
interface SeriesSink {
    /** The place for a series; 0 is "other". Series 0 is that, too. */
    int begin(long series);

    /** Adds to a field of {@link SeriesTable}; the maximum is kept as such. */
    void add(int target, int field, long amount);

    void addBucket(int target, int bucket, long count);

    /** Ops that were counted, but for whose latency there was no room. */
    void untimed(long count);
}
