package io.kvops.agent.core;

import io.kvops.agent.boot.Op;
import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.SlowOp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The slowest operations since the last frame, at most so many. Application threads offer, the frame thread takes. */
final class SlowOps {
    private static final int KEY_BYTES_MAX = 256;
    private static final int FRAMES_MAX = 32;

    private final Names names;
    private final Privacy privacy;
    private final LongSupplier clockMillis;
    private final SpinLock lock = new SpinLock();
    private final PriorityQueue<SlowOp> slowest =
            new PriorityQueue<>(16, (a, b) -> Long.compare(a.latencyNanos(), b.latencyNanos()));
    private final LongAdder notKept = new LongAdder();

    private volatile int max;
    private volatile boolean withStack;

    /** Ops below it would not be kept now; grows while more come than are kept. */
    private volatile long floorNanos;

    SlowOps(Names names, Privacy privacy, int max, boolean withStack, LongSupplier clockMillis) {
        this.names = names;
        this.privacy = privacy;
        this.max = max;
        this.withStack = withStack;
        this.clockMillis = clockMillis;
    }

    /** Changes what is kept of operations that come from now on. */
    void use(int newMax, boolean newWithStack) {
        max = newMax;
        withStack = newWithStack;
    }

    void offer(Op op, long latencyNanos) {
        if (max == 0 || latencyNanos <= floorNanos) {
            notKept.increment();
            return;
        }
        SeriesKey series = series(op);
        if (series.opClass() == OpClass.BLOCKING) {
            return;
        }
        // its key as it is: what may leave the process is settled when it is to leave
        SlowOp slow = new SlowOp(
                clockMillis.getAsLong(),
                series,
                privacy.keepsKeys() ? copy(op) : null,
                false,
                latencyNanos,
                Outcome.ofCode(op.outcome),
                withStack && !op.isAsync() ? stack() : Collections.<String>emptyList());
        if (!lock.tryLock(64)) {
            notKept.increment();
            return;
        }
        try {
            slowest.add(slow);
            while (slowest.size() > max) {
                SlowOp least = slowest.poll();
                notKept.increment();
                floorNanos = least == null ? 0 : least.latencyNanos();
            }
        } finally {
            lock.unlock();
        }
    }

    private SeriesKey series(Op op) {
        byte[] key = copy(op);
        int pattern = key == null ? Patterns.NONE : names.patterns.of(key, 0, key.length);
        return SeriesKeys.of(SeriesIds.of(op.endpoint, names.ops.of(op.command).id, pattern, op.internal), names);
    }

    private static byte @Nullable [] copy(Op op) {
        Object key = op.key;
        if (key == null) {
            return null;
        }
        if (key instanceof byte[]) {
            byte[] bytes = (byte[]) key;
            int length = op.keyLength < 0 ? bytes.length - op.keyOffset : op.keyLength;
            return Arrays.copyOfRange(bytes, op.keyOffset, op.keyOffset + Math.min(length, KEY_BYTES_MAX));
        }
        if (key instanceof ByteBuffer) {
            ByteBuffer buffer = ((ByteBuffer) key).duplicate();
            byte[] bytes = new byte[Math.min(buffer.remaining(), KEY_BYTES_MAX)];
            buffer.get(bytes);
            return bytes;
        }
        byte[] bytes = key.toString().getBytes(StandardCharsets.UTF_8);
        return bytes.length > KEY_BYTES_MAX ? Arrays.copyOf(bytes, KEY_BYTES_MAX) : bytes;
    }

    /** The calling thread's stack, from the first frame that is neither the agent's nor the JDK's. */
    private static List<String> stack() {
        StackTraceElement[] frames = new Throwable().getStackTrace();
        List<String> lines = new ArrayList<>();
        for (StackTraceElement frame : frames) {
            if (lines.size() == FRAMES_MAX) {
                break;
            }
            String type = frame.getClassName();
            boolean ours = type.startsWith("io.kvops.agent.");
            boolean jdk = type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
            if (!ours && !jdk) {
                lines.add(frame.toString());
            }
        }
        return lines;
    }

    /** The ops so far, slowest first; they stay. */
    List<SlowOp> peek() {
        lock.lock();
        try {
            return sorted();
        } finally {
            lock.unlock();
        }
    }

    /** The ops so far, slowest first; they are gone then. */
    List<SlowOp> take() {
        lock.lock();
        try {
            List<SlowOp> taken = sorted();
            slowest.clear();
            floorNanos = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private List<SlowOp> sorted() {
        List<SlowOp> all = new ArrayList<>(slowest.size());
        for (SlowOp slow : slowest) {
            all.add(guarded(slow));
        }
        all.sort((a, b) -> Long.compare(b.latencyNanos(), a.latencyNanos()));
        return all;
    }

    private SlowOp guarded(SlowOp slow) {
        byte[] key = slow.key();
        if (key == null || (privacy.keepsKeys() && !privacy.hashes())) {
            return slow;
        }
        return new SlowOp(
                slow.atMillis(),
                slow.series(),
                privacy.keepsKeys() ? privacy.key(key) : null,
                privacy.hashes(),
                slow.latencyNanos(),
                slow.outcome(),
                slow.stack());
    }

    /** Slow operations that were not kept since the last call; they are counted in their series all the same. */
    long takeNotKept() {
        return notKept.sumThenReset();
    }
}
