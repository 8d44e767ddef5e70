package io.kvops.ingest;

import java.util.concurrent.TimeUnit;

/** Since when a connection is as it is, in ns; of its event loop. */
final class Deadlines {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long stateNanos;
    private long messageNanos;
    private long partialNanos;
    private boolean partial;

    /** What is to be done about a connection. */
    enum Verdict {
        NOTHING,
        /** Who was refused has had the time to read it. */
        END,
        /** No whole message came in time. */
        SLOW,
        /** Nothing came for long. */
        IDLE
    }

    /** It is another kind of connection now. */
    void changed(long now) {
        stateNanos = now;
    }

    /** A whole message was read, or nothing is to be read now. */
    void message(long now) {
        messageNanos = now;
    }

    /** What was being waited for begins again. */
    void resumed(long now) {
        messageNanos = now;
        partialNanos = now;
    }

    /** The first bytes of a message are there. */
    void begun(long now) {
        if (!partial) {
            partialNanos = now;
            partial = true;
        }
    }

    /** Nothing of a message is there. */
    void nothingBegun() {
        partial = false;
    }

    Verdict ofRefused(long now) {
        return now - stateNanos > LINGER_NANOS ? Verdict.END : Verdict.NOTHING;
    }

    Verdict ofStranger(long now, IngestConfig config) {
        return now - stateNanos > config.messageTimeout().toNanos() ? Verdict.SLOW : ofQuiet(now, config);
    }

    Verdict ofAgent(long now, IngestConfig config) {
        return partial && now - partialNanos > config.messageTimeout().toNanos() ? Verdict.SLOW : ofQuiet(now, config);
    }

    private Verdict ofQuiet(long now, IngestConfig config) {
        return now - messageNanos > config.idleTimeout().toNanos() ? Verdict.IDLE : Verdict.NOTHING;
    }
}
