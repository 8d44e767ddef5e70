package io.kvops.rules;

import java.io.IOException;
import java.util.Optional;

/** Keeps the state of alerts over a restart, one JSON document. Called on the rules' thread, which waits. */
public interface StateStore {
    /** Keeps nothing. */
    StateStore NONE = new StateStore() {
        @Override
        public Optional<String> load() {
            return Optional.empty();
        }

        @Override
        public void save(String state) {}
    };

    /** What was saved last; empty if nothing was. */
    Optional<String> load() throws IOException;

    void save(String state) throws IOException;
}
