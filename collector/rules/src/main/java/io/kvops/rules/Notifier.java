package io.kvops.rules;

import java.io.IOException;
import java.util.Set;

/**
 * Somebody who is told. One thread of its own calls; it may wait, for 10 seconds or so, and nobody else waits for it. What it throws is retried
 * with growing pauses, except {@link Refused}. No message of an exception may hold a secret.
 */
@FunctionalInterface
public interface Notifier extends AutoCloseable {

    /** Tells. To return is to have told. */
    void send(Notification notification) throws IOException, InterruptedException;

    @Override
    default void close() {}

    /** What was sent is wrong, so that sending it again is no use. */
    final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }
    }

    /** A kind of notifier; found by {@link java.util.ServiceLoader}. */
    interface Type {
        /** As files of rules name it: webhook. */
        String name();

        /** The keys that it knows, without name and type. */
        Set<String> keys();

        /**
         * Makes one without connecting to anything.
         *
         * @throws IllegalArgumentException with key, value received and value expected
         */
        Notifier open(NotifierSettings settings);

        /** Whether it puts alerts together by itself, and wants them at once and again each minute, as Alertmanager does. */
        default boolean groupsItself() {
            return false;
        }
    }
}
