package io.kvops.server.http;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings failed logins to the audit, at most {@link #MOST_A_MINUTE}: who tries tokens from many addresses must not fill the
 * history. All are counted. Any thread may call; writes on a worker.
 */
final class LoginLog {
    static final int MOST_A_MINUTE = 60;
    private static final Logger LOG = LoggerFactory.getLogger(LoginLog.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Audit audit;
    private final Work workers;
    private final Clock clock;
    private final AtomicLong failures = new AtomicLong();
    private long minute;
    private int inMinute;

    LoginLog(Audit audit, Work workers, Clock clock) {
        this.audit = audit;
        this.workers = workers;
        this.clock = clock;
    }

    void failed(String remote, String what) {
        failures.incrementAndGet();
        if (!mayRecord()) {
            return;
        }
        String cut = what.length() > 200 ? what.substring(0, 200) + "..." : what;
        workers.submit(
                        () -> {
                            audit.record(
                                    clock.instant(),
                                    "unknown",
                                    remote,
                                    "warning",
                                    "login",
                                    "A login failed",
                                    Map.of("what", cut));
                            return Answer.done();
                        },
                        PATIENCE)
                .onFailure(failure ->
                        LOG.warn("a failed login from {} is not in the audit: {}", remote, failure.getMessage()));
    }

    private synchronized boolean mayRecord() {
        long now = clock.millis() / 60_000;
        if (now != minute) {
            minute = now;
            inMinute = 0;
        }
        return ++inMinute <= MOST_A_MINUTE;
    }

    /** Wrong tokens since the start. */
    long failures() {
        return failures.get();
    }
}
