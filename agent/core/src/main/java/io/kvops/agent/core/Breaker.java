package io.kvops.agent.core;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches what recording an operation costs, by samples. When most samples of {@value #BAD_CHECKS} checks in a row are over
 * the budget, recording is to stop for a while. Single samples prove nothing: a thread may be descheduled in the middle.
 * Samples come from any thread; checks from the frame thread, once a second.
 */
final class Breaker {
    /** Twenty times what recording should cost. */
    static final long BUDGET_NANOS = 5_000;

    static final long PAUSE_NANOS = 60_000_000_000L;

    private static final int SAMPLES_MIN = 16;
    private static final int BAD_CHECKS = 5;

    private final long budgetNanos;
    private final AtomicInteger samples = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();
    private int badChecks;

    Breaker(long budgetNanos) {
        this.budgetNanos = budgetNanos;
    }

    void sample(long costNanos) {
        samples.incrementAndGet();
        if (costNanos > budgetNanos) {
            over.incrementAndGet();
        }
    }

    /** True if recording has to stop now. */
    boolean check() {
        int n = samples.get();
        if (n < SAMPLES_MIN) {
            return false;
        }
        int bad = over.getAndSet(0);
        samples.addAndGet(-n);
        badChecks = bad * 2 > n ? badChecks + 1 : 0;
        if (badChecks < BAD_CHECKS) {
            return false;
        }
        badChecks = 0;
        return true;
    }
}
