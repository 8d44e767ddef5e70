package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.Opened;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that asks the JVM, pools and databases how they are: some may take their time, and the frames must not wait. Not
 * before the application had a moment to set up its logging and management as it likes.
 */
final class Measuring implements Runnable {
    private static final long FIRST_NANOS = 3_000_000_000L;
    private static final long EACH_NANOS = 5_000_000_000L;
    /** Measuring may take one part in so many of the time of one core. */
    private static final long SHARE = 50;

    private final Gauges gauges;
    private final AgentLog log;
    private final StoreGauges stores = new StoreGauges();
    private final AtomicLong notMeasured = new AtomicLong();

    Measuring(Gauges gauges, AgentLog log) {
        this.gauges = gauges;
        this.log = log;
    }

    /** Pools and databases that were not asked since the last call. */
    long takeNotMeasured() {
        return notMeasured.getAndSet(0);
    }

    @Override
    public void run() {
        try {
            pause(FIRST_NANOS);
            JvmGauges jvm = new JvmGauges();
            boolean managed = true;
            while (true) {
                long before = System.nanoTime();
                Map<String, Double> values = new HashMap<>();
                managed = managed && read(jvm, values);
                stores.read(Opened.all(), values);
                notMeasured.addAndGet(stores.takeNotMeasured());
                gauges.measured(values);
                pause(Math.max(EACH_NANOS, SHARE * (System.nanoTime() - before)));
            }
        } catch (Throwable t) {
            log.failure("gauges of the JVM and of stores are not read any more", t);
        }
    }

    private boolean read(JvmGauges jvm, Map<String, Double> values) {
        try {
            jvm.read(values);
            return true;
        } catch (LinkageError e) {
            log.line("this JVM comes without its management classes (" + e
                    + "): of its gauges only the heap's are there; add the module jdk.management");
            return false;
        }
    }

    private void pause(long nanos) {
        long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(this, left);
        }
    }
}
