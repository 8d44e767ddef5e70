package io.kvops.rules;

import java.time.Instant;
import java.util.List;

/**
 * What matches is not told for a while. Immutable.
 *
 * @param id given when it is added
 * @param matchers all have to fit; at least one
 * @param begins first instant
 * @param ends it is over then
 * @param author who asked for it; not empty
 * @param comment why
 */
public record Silence(String id, List<Matcher> matchers, Instant begins, Instant ends, String author, String comment) {
    private static final int MAX_MATCHERS = 20;

    public Silence {
        matchers = List.copyOf(matchers);
        if (matchers.isEmpty() || matchers.size() > MAX_MATCHERS) {
            throw new IllegalArgumentException(
                    "matchers: " + matchers.size() + " (expected 1 to " + MAX_MATCHERS + ")");
        }
        if (!begins.isBefore(ends)) {
            throw new IllegalArgumentException("ends: " + ends + " (expected after " + begins + ")");
        }
        if (author.isBlank()) {
            throw new IllegalArgumentException("author: is missing (expected who asks for the silence)");
        }
    }

    boolean mutes(Labels labels, Instant at) {
        return !at.isBefore(begins) && at.isBefore(ends) && Matcher.all(matchers, labels);
    }
}
