package io.kvops.ingest;

import io.kvops.wire.Dictionary;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections of one event loop, whose time limits are looked at together: one timer for all, as one for each of ten
 * thousand connections costs more than what they check. Of the event loop.
 */
final class DoorLoop {
    private final EventExecutor executor;
    private final LongSupplier intervalNanos;
    private final Dictionary dictionary = new Dictionary();
    private final List<AgentConnection> connections = new ArrayList<>();

    DoorLoop(EventExecutor executor, LongSupplier intervalNanos) {
        this.executor = executor;
        this.intervalNanos = intervalNanos;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the event loop
    void start() {
        executor.schedule(this::sweep, intervalNanos.getAsLong(), TimeUnit.NANOSECONDS);
    }

    EventExecutor executor() {
        return executor;
    }

    /** What the frames of its connections have in common. */
    Dictionary dictionary() {
        return dictionary;
    }

    void add(AgentConnection connection) {
        connection.indexInLoop(connections.size());
        connections.add(connection);
    }

    /** Removes a connection; the last one takes its place. */
    void remove(AgentConnection connection) {
        int at = connection.indexInLoop();
        AgentConnection last = connections.remove(connections.size() - 1);
        if (at < connections.size()) {
            connections.set(at, last);
            last.indexInLoop(at);
        }
    }

    private void sweep() {
        try {
            // backwards: one that is closed now leaves at once
            for (int i = connections.size() - 1; i >= 0; i--) {
                if (i < connections.size()) {
                    connections.get(i).check();
                }
            }
        } finally {
            start();
        }
    }
}
