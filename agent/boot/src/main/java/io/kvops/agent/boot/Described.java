package io.kvops.agent.boot;

/** What a probe makes of a library's command class, so that advice elsewhere reads it without its private parts. */
public interface Described {
    /** Fills the op's command, key and bytes out. */
    void kvopsDescribe(Op op);

    /** The database that a SELECT names. */
    int kvopsDatabase();
}
