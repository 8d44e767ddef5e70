package io.kvops.server;

import io.kvops.server.config.LiveConfig;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the configuration's file twice a second, on a thread of its own, and takes it when it changes. */
final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final long LOOK_MILLIS = 500;

    private final LiveConfig<?> live;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "kvops-config"));
    private final ScheduledFuture<?> looks;

    private ConfigWatch(LiveConfig<?> live) {
        this.live = live;
        looks = thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    static ConfigWatch start(LiveConfig<?> live) {
        return new ConfigWatch(live);
    }

    private void look() {
        try {
            live.look();
        } catch (RuntimeException e) {
            LOG.error("the configuration could not be looked at", e);
        }
    }

    @Override
    public void close() {
        looks.cancel(false);
        thread.shutdown();
    }
}
