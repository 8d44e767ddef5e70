package io.kvops.agent.boot;

/** What the facade hands operations to; the agent's core implements it. All methods are called by application threads. */
public abstract class Recorder {
    /** Latency of an operation that is counted but was not timed. */
    public static final long UNTIMED = -1;

    /**
     * Registers where operations go.
     *
     * @param store kind of store, lower case: redis, rocksdb, ...
     * @param where host:port/db, or a path
     * @return a small number to put in {@link Op#endpoint}; the same for the same pair; 0 ("other") past the bound
     */
    public abstract int endpoint(String store, String where);

    /**
     * Where the key stands among a command's words, from the one command table.
     *
     * @param command as {@link Op#command}
     * @return 1 or more: the index of the word that is the first key (0 is the command itself); 0: no key; -n: the number
     *     of keys stands at word n, the first key after it; {@link Integer#MIN_VALUE}: not known without reading words
     */
    public abstract int keyIndex(Object command);

    /**
     * Counts {@link Op#count} operations of a latency; must copy what it keeps of the op.
     *
     * @param latencyNanos nanoseconds, or {@link #UNTIMED}
     */
    public abstract void record(Op op, long latencyNanos);

    /** An instrumentation failed by itself; the application saw nothing of it. */
    public abstract void suppressed(Throwable failure);
}
