package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/** What a probe makes of a library's list of a command's arguments: it remembers what matters when they are added. */
public interface Arguments {
    /** The first key as the application gave it, or null. */
    @Nullable
    Object kvopsKey();

    /** Bytes (of a string: characters) of the values. */
    long kvopsValueBytes();

    /** True if the command waits for data only because an argument says so. */
    boolean kvopsBlocks();
}
