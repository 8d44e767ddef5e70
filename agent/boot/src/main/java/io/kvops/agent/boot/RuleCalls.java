package io.kvops.agent.boot;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What code that a rule instrumented calls. Runs on application threads; callers suppress what it throws. */
public final class RuleCalls {
    /** The result is the value. */
    public static final int RETURNS_VALUE = 1;

    /** A null result is a read that found nothing. */
    public static final int MISS_ON_NULL = 2;

    /** The op ends when the CompletionStage does that the method returns. */
    public static final int FUTURE = 4;

    private RuleCalls() {}

    /** Begins an op, of which the start is still to be called; null if it is not to be recorded. */
    public static @Nullable Op begin(int flags) {
        return (flags & FUTURE) != 0 ? Probes.beginAsync() : Probes.begin();
    }

    /** Bytes of a value: arrays and buffers as they are, text by its characters, others 0. */
    public static long size(@Nullable Object value) {
        if (value instanceof byte[]) {
            return ((byte[]) value).length;
        }
        if (value instanceof CharSequence) {
            return ((CharSequence) value).length();
        }
        return value instanceof ByteBuffer ? ((ByteBuffer) value).remaining() : 0;
    }

    /** Ends an op, now or when its result completes. */
    public static void end(Op op, @Nullable Throwable thrown, @Nullable Object result, int flags) {
        if ((flags & FUTURE) != 0 && thrown == null && result instanceof CompletionStage) {
            ((CompletionStage<?>) result).whenComplete(new Completion(op, flags));
        } else {
            finish(op, thrown, result, flags);
        }
    }

    private static void finish(Op op, @Nullable Throwable thrown, @Nullable Object result, int flags) {
        if (thrown == null) {
            if ((flags & RETURNS_VALUE) != 0) {
                op.bytesIn = size(result);
            }
            if ((flags & MISS_ON_NULL) != 0 && result == null) {
                op.outcome = Op.MISS;
            }
        }
        op.end(thrown);
    }

    private static final class Completion implements BiConsumer<Object, Throwable> {
        private final Op op;
        private final int flags;

        Completion(Op op, int flags) {
            this.op = op;
            this.flags = flags;
        }

        @Override
        public void accept(@Nullable Object result, @Nullable Throwable failure) {
            try {
                finish(op, failure, result, flags);
            } catch (Throwable t) {
                Probes.suppressed(t);
            }
        }
    }
}
