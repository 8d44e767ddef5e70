package io.kvops.server.capacity;

import io.kvops.history.HistoryException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps forecasts in the history once a day, on a thread of its own, so that they can be scored when the future has come. */
public final class ForecastKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForecastKeeper.class);
    private static final long FIRST_MINUTES = 10;
    private static final long LOOK_MINUTES = 30;
    private static final long CLOSE_SECONDS = 5;

    private final CapacityDesk desk;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "kvops-forecasts"));

    private ForecastKeeper(CapacityDesk desk) {
        this.desk = desk;
    }

    /** Starts; the first forecasts are made some minutes later, when there is something to go by. */
    public static ForecastKeeper start(CapacityDesk desk) {
        ForecastKeeper keeper = new ForecastKeeper(desk);
        var unused = keeper.thread.scheduleWithFixedDelay(keeper::keep, FIRST_MINUTES, LOOK_MINUTES, TimeUnit.MINUTES);
        return keeper;
    }

    private void keep() {
        try {
            int kept = desk.keep();
            if (kept > 0) {
                LOG.debug("{} forecasts were kept", kept);
            }
        } catch (HistoryException | RuntimeException e) {
            LOG.warn("forecasts could not be kept, trying again in half an hour: {}", e.getMessage());
        }
    }

    /** Waits for forecasts under way, for some seconds at most. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
