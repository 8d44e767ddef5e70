package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Recorder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts operations, on the threads of the application. An op goes into the stripe that its thread used last; if another
 * thread is in there, into the next one that is free; if none is, there is one more from then on. So nobody waits, what is
 * counted is exact, and the frame thread empties stripes with the same lock.
 */
final class OpRecorder extends Recorder {
    private static final int STRIPES_MAX = 64;
    private static final int KEYS_PER_STRIPE = 4_096;
    private static final int ROUNDS_BEFORE_DROP = 64;
    private static final int FAILURES_LOGGED = 20;

    private final Names names;
    private final HotKeys hotKeys;
    private final SlowOps slowOps;
    private final Breaker breaker;
    private final MemoryBudget memory;
    private final AgentLog log;
    private final int stripesMax;
    private final SpinLock growth = new SpinLock();
    private final LongAdder notRecorded = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicInteger failuresLogged = new AtomicInteger();

    private volatile long slowNanos;
    private volatile boolean keepsKeys;

    /** As many as a power of two. */
    private volatile Stripe[] stripes;

    /** @param slowNanos ops that take so long are slow; {@link Long#MAX_VALUE}: none is */
    OpRecorder(
            Names names,
            HotKeys hotKeys,
            SlowOps slowOps,
            Breaker breaker,
            MemoryBudget memory,
            AgentLog log,
            long slowNanos,
            boolean keepsKeys) {
        this.names = names;
        this.hotKeys = hotKeys;
        this.slowOps = slowOps;
        this.breaker = breaker;
        this.memory = memory;
        this.log = log;
        this.slowNanos = slowNanos;
        this.keepsKeys = keepsKeys;
        int wanted = 4 * Runtime.getRuntime().availableProcessors();
        stripesMax = Math.min(STRIPES_MAX, Integer.highestOneBit(2 * wanted - 1));
        memory.take(KeyCache.bytesOf(KEYS_PER_STRIPE));
        stripes = new Stripe[] {newStripe()};
    }

    private Stripe newStripe() {
        return new Stripe(names, hotKeys, memory, KEYS_PER_STRIPE, keepsKeys);
    }

    @Override
    public int endpoint(String store, String where) {
        return names.endpoints.id(store, where);
    }

    @Override
    public int keyIndex(Object command) {
        return names.ops.of(command).keyIndex();
    }

    @Override
    public void record(Op op, long latencyNanos) {
        Stripe stripe = acquire(op);
        if (stripe == null) {
            notRecorded.add(op.count);
            return;
        }
        try {
            if (stripe.isSampled()) {
                long before = System.nanoTime();
                stripe.record(op, latencyNanos);
                breaker.sample(System.nanoTime() - before);
            } else {
                stripe.record(op, latencyNanos);
            }
        } finally {
            stripe.unlock();
        }
        if (latencyNanos >= slowNanos && !op.internal) {
            slowOps.offer(op, latencyNanos);
        }
    }

    private @Nullable Stripe acquire(Op op) {
        Stripe[] all = stripes;
        int lane = op.lane != 0 ? op.lane : (int) Thread.currentThread().getId();
        Stripe stripe = all[lane & all.length - 1];
        return stripe.tryLock() ? stripe : acquireAnother(op, lane);
    }

    private @Nullable Stripe acquireAnother(Op op, int busyLane) {
        for (int round = 0; round < ROUNDS_BEFORE_DROP; round++) {
            Stripe[] all = stripes;
            for (int i = 1; i <= all.length; i++) {
                Stripe stripe = all[busyLane + i & all.length - 1];
                if (stripe.tryLock()) {
                    op.lane = Math.max(1, busyLane + i);
                    return stripe;
                }
            }
            if (!grow(all)) {
                SpinLock.pause();
            }
        }
        return null;
    }

    /** Doubles the stripes, unless another thread just did, or the bound is reached. */
    private boolean grow(Stripe[] seen) {
        if (seen.length >= stripesMax || !growth.tryLock()) {
            return false;
        }
        try {
            if (stripes != seen || !memory.takeForStripe(seen.length * KeyCache.bytesOf(KEYS_PER_STRIPE))) {
                return false;
            }
            Stripe[] more = Arrays.copyOf(seen, seen.length * 2);
            for (int i = seen.length; i < more.length; i++) {
                more[i] = newStripe();
            }
            stripes = more;
            return true;
        } finally {
            growth.unlock();
        }
    }

    /**
     * Changes what is looked at from now on.
     *
     * @param newSlowNanos as in the constructor
     */
    void use(long newSlowNanos, boolean newKeepsKeys) {
        slowNanos = newSlowNanos;
        // a stripe that is made meanwhile reads what it gets behind the same lock
        growth.lock();
        try {
            keepsKeys = newKeepsKeys;
            for (Stripe stripe : stripes) {
                stripe.lock();
                try {
                    stripe.keepKeys(newKeepsKeys);
                } finally {
                    stripe.unlock();
                }
            }
        } finally {
            growth.unlock();
        }
    }

    @Override
    public void suppressed(Throwable failure) {
        failures.increment();
        if (failuresLogged.get() < FAILURES_LOGGED && failuresLogged.incrementAndGet() <= FAILURES_LOGGED) {
            log.failure("suppressed in instrumented code, the application saw nothing of it", failure);
        }
    }

    /** Moves all counts to the accumulator; the frame thread calls it. */
    void drain(Accumulator into) {
        for (Stripe stripe : stripes) {
            stripe.lock();
            try {
                stripe.drain(into);
            } finally {
                stripe.unlock();
            }
        }
    }

    /** Hands the counts of keys to the sketch; the frame thread calls it. */
    void flushKeys() {
        for (Stripe stripe : stripes) {
            stripe.lock();
            try {
                stripe.flushKeys();
            } finally {
                stripe.unlock();
            }
        }
    }

    /** Operations that were not counted since the last call: no stripe was free. */
    long takeNotRecorded() {
        return notRecorded.sumThenReset();
    }

    /** Failures of instrumentation since the last call. */
    long takeFailures() {
        return failures.sumThenReset();
    }
}
