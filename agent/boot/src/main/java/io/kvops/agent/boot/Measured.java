package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/** What a probe makes of a library's object that can be asked how it is: a pool, an open database. */
public interface Measured {
    /**
     * Reads one number. Called through {@link Opened#measure} only, which sees to it that the object is open.
     *
     * @param what as the probe knows it
     * @param owned what the probe registered beside the object, or null
     * @return NaN if there is no such number now
     */
    double kvopsMeasure(String what, @Nullable Object owned) throws Exception;
}
