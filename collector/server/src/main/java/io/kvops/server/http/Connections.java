package io.kvops.server.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are open. One more than allowed, in all or from one address, closes the one that has waited longest
 * without a whole request, so that connections that do nothing can't keep others out; if all are being answered, the new one
 * is closed. All state belongs to one event loop; the counters may be read by any thread.
 */
final class Connections {
    private final LongSupplier nanoTicker;
    private final Map<HttpConnection, State> open = new LinkedHashMap<>();
    private volatile int count;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();
    private final AtomicLong timedOut = new AtomicLong();

    /** What a connection does. */
    enum Phase {
        /** No request is there as a whole; perhaps its headers come slowly. */
        WAITING,
        /** The headers of a request are there, and its body is not. */
        READING,
        /** A request is being answered. */
        ANSWERING
    }

    private static final class State {
        final String address;
        Phase phase = Phase.WAITING;
        long sinceNanos;

        State(String address, long sinceNanos) {
            this.address = address;
            this.sinceNanos = sinceNanos;
        }
    }

    Connections(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    static String address(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        String address = remote == null ? null : remote.hostAddress();
        return address == null ? "unknown" : address;
    }

    /** Takes a connection, or closes it. */
    void opened(HttpConnection connection, HttpConfig config) {
        String address = address(connection);
        long same =
                open.values().stream().filter(s -> s.address.equals(address)).count();
        boolean room = (same < config.maxConnectionsPerAddress() || evict(address))
                && (open.size() < config.maxConnections() || evict(null));
        if (!room) {
            refused.incrementAndGet();
            connection.close();
            return;
        }
        open.put(connection, new State(address, nanoTicker.getAsLong()));
        count = open.size();
        connection.closeHandler(closed -> forget(connection));
    }

    /** Notes what a connection does from now on. */
    void now(HttpConnection connection, Phase phase) {
        State state = open.get(connection);
        if (state != null) {
            state.phase = phase;
            state.sinceNanos = nanoTicker.getAsLong();
        }
    }

    /** Closes those that have waited too long for a request; to be called every second or so. */
    void sweep(HttpConfig config) {
        long now = nanoTicker.getAsLong();
        long most = config.idleTimeout().toNanos();
        List<HttpConnection> late = new ArrayList<>();
        open.forEach((connection, state) -> {
            if (state.phase == Phase.WAITING && now - state.sinceNanos > most) {
                late.add(connection);
            }
        });
        for (HttpConnection connection : late) {
            timedOut.incrementAndGet();
            forget(connection);
            connection.close();
        }
    }

    private boolean evict(@Nullable String address) {
        HttpConnection longest = null;
        long since = Long.MAX_VALUE;
        for (Map.Entry<HttpConnection, State> entry : open.entrySet()) {
            State state = entry.getValue();
            if (state.phase != Phase.ANSWERING
                    && (address == null || address.equals(state.address))
                    && (longest == null || state.sinceNanos - since < 0)) {
                longest = entry.getKey();
                since = state.sinceNanos;
            }
        }
        if (longest == null) {
            return false;
        }
        evicted.incrementAndGet();
        forget(longest);
        longest.close();
        return true;
    }

    private void forget(HttpConnection connection) {
        open.remove(connection);
        count = open.size();
    }

    /** Open now. */
    int count() {
        return count;
    }

    /** Closed at once, for all others were being answered. */
    long refused() {
        return refused.get();
    }

    /** Closed to make room while they waited. */
    long evicted() {
        return evicted.get();
    }

    /** Closed because no whole request came in time. */
    long timedOut() {
        return timedOut.get();
    }
}
