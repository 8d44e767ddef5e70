package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/** What a probe makes of a library's class to which it adds a field: advice in other classes reaches the field by this. */
public interface Carrier {
    /** What the field holds; null at first. */
    @Nullable
    Object kvopsState();

    void kvopsState(@Nullable Object state);
}
