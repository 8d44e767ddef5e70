package io.kvops.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What was opened, to be closed in reverse order. Guarded by its owner. */
final class Opened {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    void push(AutoCloseable part) {
        parts.push(part);
    }

    /** Closes all of it, each once. @return the first failure, with the others as suppressed ones; null if there was none */
    @Nullable
    Exception closeAll() {
        Exception first = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }
}
