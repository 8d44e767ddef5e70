package io.kvops.agent.boot;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One operation under way. A synchronous one is the thread's own object, used again and again ({@link Probes#begin}); an
 * asynchronous one is a fresh object ({@link Probes#beginAsync}), which any thread may end, once. Advice fills the fields on
 * entry, calls {@link #start} as the last thing of the entry, and {@link #end} on exit.
 */
public final class Op {
    /** Outcomes, with the wire's numbers. */
    public static final int OK = 0;

    public static final int MISS = 1;
    public static final int ERROR = 2;
    public static final int TIMEOUT = 3;
    public static final int CANCELLED = 4;

    private static final int NEW = 0;
    private static final int STARTED = 1;
    private static final int ENDED = 2;
    private static final AtomicIntegerFieldUpdater<Op> STATE = AtomicIntegerFieldUpdater.newUpdater(Op.class, "state");

    /** Stands for an operation that is not recorded; never started, so it never ends. */
    static final Op NONE = new Op(true);

    /** From {@link Probes#endpoint}. */
    public int endpoint;

    /**
     * Names the op: a {@code byte[]} that holds the command's name, or a {@code String}. Compared by identity first, so pass a
     * constant or the client's own cached array, not a fresh copy.
     */
    public @Nullable Object command;

    /** The first key: a {@code byte[]}, a {@code String}, or null if there is none. */
    public @Nullable Object key;

    /** Part of a {@code byte[]} key; length -1 is all of it. */
    public int keyOffset;

    public int keyLength;

    /** Bytes of values received and sent. */
    public long bytesIn;

    public long bytesOut;

    /** How many operations this one stands for: the commands of a batch with the same name and key pattern. */
    public int count;

    /** True for what the client library sends by itself. */
    public boolean internal;

    /**
     * {@link #OK}, {@link #MISS}, ...; {@link #end} turns a failure into an error, timeout or cancellation by itself. Probes
     * set MISS wherever the store answered "nothing"; it counts as such for reads only, which the recorder decides.
     */
    public int outcome;

    /** Simple name of the failure's class where the outcome is {@link #ERROR}. */
    public @Nullable String error;

    /** Learns the endpoint that this op went to, where that is known only when it is written; or null. */
    public @Nullable Link link;

    /** This thread's second op, for what the library does for itself while another is under way; or null. */
    @Nullable
    Op internalOp;

    /** How deep this thread is inside what the library does for itself. */
    int internalDepth;

    /** The recorder's own: where it put this object's last operation. Nobody else reads or writes it. */
    public int lane;

    private final boolean async;
    private volatile int state;
    private long startNanos;
    private boolean untimed;
    private int ticks;

    Op(boolean async) {
        this.async = async;
        clear();
    }

    /** Starts the clock; the last thing that an entry does. */
    public void start() {
        if (async) {
            state = STARTED;
        } else {
            STATE.lazySet(this, STARTED);
        }
        startNanos = System.nanoTime();
    }

    /** The same with a clock that was read before, as {@link System#nanoTime}. */
    public void startAt(long nanos) {
        start();
        startNanos = nanos;
    }

    void restartAt(long nanos) {
        startNanos = nanos;
    }

    /**
     * For operations that take nanoseconds: starts, but reads the clock only for one in {@code every} operations of this
     * thread; the others are counted without a latency.
     *
     * @param every a power of two
     */
    public void startSampled(int every) {
        if ((ticks++ & (every - 1)) == 0) {
            start();
        } else {
            startUntimed();
        }
    }

    void startUntimed() {
        untimed = true;
        STATE.lazySet(this, STARTED);
    }

    /** True if it may end on another thread than it began on. */
    public boolean isAsync() {
        return async;
    }

    /** When {@link #start} was called, as {@link System#nanoTime}. */
    public long startNanos() {
        return startNanos;
    }

    boolean started() {
        return state == STARTED;
    }

    /**
     * Stops the clock and records; later calls do nothing. Never throws.
     *
     * @param failure what the call threw or completed with, or null
     */
    public void end(@Nullable Throwable failure) {
        endAt(failure, untimed ? 0 : System.nanoTime());
    }

    /** The same with a clock that was read before; for many that end at once. */
    void endAt(@Nullable Throwable failure, long endNanos) {
        if (async) {
            if (!STATE.compareAndSet(this, STARTED, ENDED)) {
                return;
            }
        } else {
            STATE.lazySet(this, NEW);
        }
        try {
            if (failure != null) {
                fail(failure);
            }
            Probes.record(this, untimed ? Recorder.UNTIMED : endNanos - startNanos);
        } catch (Throwable t) {
            Probes.suppressed(t);
        } finally {
            if (!async) {
                clear();
            }
        }
    }

    void fail(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof java.util.concurrent.CompletionException
                        || cause instanceof java.util.concurrent.ExecutionException)) {
            cause = cause.getCause();
        }
        String name = cause.getClass().getSimpleName();
        if (cause instanceof java.util.concurrent.CancellationException) {
            outcome = CANCELLED;
        } else if (cause instanceof java.util.concurrent.TimeoutException
                || cause instanceof java.net.SocketTimeoutException
                || cause.getCause() instanceof java.net.SocketTimeoutException
                || name.contains("Timeout")) {
            outcome = TIMEOUT;
        } else {
            outcome = ERROR;
            error = name.isEmpty() ? cause.getClass().getName() : name;
        }
    }

    void clear() {
        endpoint = 0;
        command = null;
        key = null;
        keyOffset = 0;
        keyLength = -1;
        bytesIn = 0;
        bytesOut = 0;
        count = 1;
        internal = false;
        outcome = OK;
        error = null;
        link = null;
        untimed = false;
    }
}
