package io.kvops.stores.format;

import java.util.Objects;

/**
 * Something in a file that was left out.
 *
 * @param place as {@code line 12}
 * @param what is wrong there
 */
public record Problem(String place, String what) {
    public Problem {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(what, "what");
    }

    @Override
    public String toString() {
        return place + ": " + what;
    }
}
