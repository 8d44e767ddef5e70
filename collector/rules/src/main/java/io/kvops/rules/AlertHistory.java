package io.kvops.rules;

/** Where what happens to alerts is kept. Called on the threads of rules and notifiers, which wait: it hands over and returns. */
@FunctionalInterface
public interface AlertHistory {
    /** Keeps nothing. */
    AlertHistory NONE = event -> {};

    void add(AlertEvent event);
}
