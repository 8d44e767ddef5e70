package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/**
 * The facade that instrumented code calls.
 *
 * <pre>{@code
 * entry:  Op op = Probes.begin();            // null: recording is off, or this call is nested in another
 *         if (op != null) { op.endpoint = ..; op.command = ..; op.key = ..; op.start(); }
 * exit:   if (op != null) op.end(thrown);    // inner layers add to Probes.current() meanwhile
 * }</pre>
 */
public final class Probes {
    private static final ThreadLocal<Op> OF_THREAD = new ThreadLocal<Op>() {
        @Override
        protected Op initialValue() {
            return new Op(false);
        }
    };

    private static volatile @Nullable Recorder recorder;

    private Probes() {}

    /** Connects the core, or with null turns recording off. */
    public static void install(@Nullable Recorder newRecorder) {
        recorder = newRecorder;
    }

    /** True while operations are recorded. */
    public static boolean on() {
        return recorder != null;
    }

    /** This thread's op, cleared, if none is under way on this thread and recording is on; else null. */
    public static @Nullable Op begin() {
        if (recorder == null) {
            return null;
        }
        Op op = OF_THREAD.get();
        if (op.internalDepth != 0) {
            op = internalOp(op);
        }
        return op.started() ? null : op;
    }

    /** A fresh op that any thread may end; null if recording is off or a synchronous op is under way on this thread. */
    public static @Nullable Op beginAsync() {
        if (recorder == null) {
            return null;
        }
        Op ofThread = OF_THREAD.get();
        Op op = null;
        if (ofThread.internalDepth != 0) {
            if (!internalOp(ofThread).started()) {
                op = new Op(true);
                op.internal = true;
            }
        } else if (!ofThread.started()) {
            op = new Op(true);
        }
        return op;
    }

    /**
     * From here to {@link #leaveInternal} this thread does what the client library needs for itself: set-up of connections,
     * health checks. It is recorded apart, with {@link Op#internal}, also inside another operation.
     */
    public static void enterInternal() {
        OF_THREAD.get().internalDepth++;
    }

    /** Ends the scope of {@link #enterInternal}. */
    public static void leaveInternal() {
        OF_THREAD.get().internalDepth--;
    }

    private static Op internalOp(Op ofThread) {
        Op op = ofThread.internalOp;
        if (op == null) {
            op = new Op(false);
            ofThread.internalOp = op;
        }
        op.internal = true;
        return op;
    }

    /** The synchronous op that is under way on this thread, or null. */
    public static @Nullable Op current() {
        if (recorder == null) {
            return null;
        }
        Op op = OF_THREAD.get();
        if (op.internalDepth != 0) {
            op = internalOp(op);
        }
        return op.started() ? op : null;
    }

    /**
     * Entry of a call that sends a command over a connection and waits for the reply.
     *
     * @return the op, started; null if the call is part of an op under way, which then learns where it goes
     */
    public static @Nullable Op execute(Linked connection, Described command) {
        return OutOfLine.execute(connection, command);
    }

    /** Exit of a call that {@link #execute} entered. */
    public static void executed(Linked connection, @Nullable Op op, @Nullable Throwable thrown) {
        OutOfLine.executed(connection, op, thrown);
    }

    /**
     * A command is about to be written.
     *
     * @return where the reply is awaited; null if the command is part of an op under way
     */
    public static @Nullable Link send(Linked connection, Described command) {
        return OutOfLine.send(connection, command);
    }

    /**
     * A reply was read, or reading it failed.
     *
     * @param answered the server answered, be it with an error
     */
    public static void read(Linked connection, @Nullable Object reply, @Nullable Throwable thrown, boolean answered) {
        OutOfLine.read(connection, reply, thrown, answered);
    }

    /** See {@link Recorder#endpoint}; 0 while recording is off. */
    public static int endpoint(String store, String where) {
        Recorder r = recorder;
        return r == null ? 0 : r.endpoint(store, where);
    }

    /** See {@link Recorder#keyIndex}; 0 while recording is off. */
    public static int keyIndex(Object command) {
        Recorder r = recorder;
        return r == null ? 0 : r.keyIndex(command);
    }

    /** Advice failed by itself: counted, never thrown. */
    public static void suppressed(Throwable failure) {
        Recorder r = recorder;
        if (r != null) {
            try {
                r.suppressed(failure);
            } catch (Throwable ignored) {
                // nothing may reach the application
            }
        }
    }

    static void record(Op op, long latencyNanos) {
        Recorder r = recorder;
        if (r != null) {
            r.record(op, latencyNanos);
        }
    }
}
