package io.kvops.agent.boot;

/** What a probe makes of a library's class that stands for a connection or an open database: it has a field for its link. */
public interface Linked {
    /** The link; made on first need, or when the database was opened. */
    Link kvopsLink();

    void kvopsLink(Link link);
}
