package io.kvops.agent.boot;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client to a server that answers in order, as Redis does: where it leads, and the commands that were
 * sent apart from the reading of their replies (pipelines, transactions, a send followed by a read). The number of commands
 * that wait is bounded; those past the bound are counted without a latency. Methods may be called by any thread.
 *
 * <p>A command sent alone is timed from its sending to its reply. A batch is timed as a whole: each of its commands from the
 * moment the batch's replies are asked for to the last of them. The commands of a transaction end with its EXEC or DISCARD.
 */
public final class Link {
    static final int MAX_WAITING = 1 << 18;

    private static final int RESET_DEPTH = 10;
    private static final int NO_DATABASE = -1;
    private static final int QUIET = 0;
    private static final int SUBSCRIBED = 1;

    private final String store;
    private final String where;
    private @Nullable Object transport;
    private int database;
    private int endpoint;
    private int mode = QUIET;

    /** Sent, no reply yet. */
    private final ArrayDeque<Op> sent = new ArrayDeque<Op>();

    /** Inside MULTI: the server said QUEUED. */
    private final ArrayDeque<Op> queued = new ArrayDeque<Op>();

    /** Answered, while the rest of their batch is being read. */
    private final ArrayDeque<Op> answered = new ArrayDeque<Op>();

    /** Sent past the bound: recorded already, their replies are only counted off. */
    private long untracked;

    /** What this leads to, where that can be measured. */
    private @Nullable Opened opened;

    /** The op of the execution under way on this connection; what is sent and read meanwhile belongs to it. */
    private @Nullable Op open;

    private int selecting;
    private boolean multi;
    private boolean batch;
    private boolean queuedOutsideBatch;

    /**
     * @param store kind of store
     * @param where host:port
     */
    public Link(String store, String where) {
        this.store = store;
        this.where = where;
    }

    /** A store that is a file or folder: no connection, no databases. */
    public static Link toPath(String store, String path) {
        Link link = new Link(store, path);
        link.database = NO_DATABASE;
        return link;
    }

    /** See {@link Recorder#endpoint}; with the database that is selected. */
    public int endpoint() {
        int known = endpoint;
        if (known == 0 && !where.isEmpty()) {
            known = Probes.endpoint(store, database == NO_DATABASE ? where : where + "/" + database);
            endpoint = known;
        }
        return known;
    }

    /** The connection went over to another database. */
    public void select(int newDatabase) {
        if (database != newDatabase) {
            database = newDatabase;
            endpoint = 0;
        }
    }

    /** This stands for several connections, of which one was just used. */
    public void adopt(int newEndpoint) {
        endpoint = newEndpoint;
    }

    /** Where the connection leads, without the database. */
    public String where() {
        return where;
    }

    /** What this leads to can be measured, until {@link #closing}. */
    public void opened(Opened measurable) {
        opened = measurable;
    }

    /** What this leads to is about to be closed. */
    public void closing() {
        Opened measurable = opened;
        if (measurable != null) {
            measurable.close();
        }
    }

    /** The op of the execution under way on this connection, or null. A client uses a connection from one thread at a time. */
    public @Nullable Op open() {
        return open;
    }

    /** Sets what {@link #open} answers; returns what it answered until now. */
    public @Nullable Op open(@Nullable Op newOpen) {
        Op before = open;
        open = newOpen;
        return before;
    }

    /** A command is about to be written, its reply is read later. */
    public synchronized void send(Described command) {
        Op op = Probes.beginAsync();
        if (op == null) {
            op = Op.NONE;
        } else {
            command.kvopsDescribe(op);
            op.endpoint = endpoint();
            op.internal |= Words.is(op.command, Words.UNWATCH) && isReset();
        }
        if (Words.isSubscription(op.command)) {
            mode = SUBSCRIBED;
        }
        if (mode == SUBSCRIBED) {
            return;
        }
        if (untracked > 0 || sent.size() + queued.size() >= MAX_WAITING) {
            untracked++;
            if (op != Op.NONE) {
                op.startUntimed();
                op.end(null);
            }
            return;
        }
        if (queuedOutsideBatch && Words.endsTransaction(op.command)) {
            restart(queued);
        }
        if (Words.isSelect(op.command)) {
            selecting = command.kvopsDatabase();
        }
        sent.add(op);
        if (op != Op.NONE) {
            op.start();
        }
    }

    /** The replies of all that was sent are about to be read. */
    public synchronized void beginBatch() {
        batch = true;
        restart(sent);
    }

    /** The batch was read, or failed: the connection is of no use then. */
    public synchronized void endBatch(@Nullable Throwable failure) {
        batch = false;
        long now = System.nanoTime();
        for (Op op = answered.poll(); op != null; op = answered.poll()) {
            op.endAt(null, now);
        }
        if (failure != null) {
            broken(failure);
        }
    }

    /**
     * A reply was read, or the server's refusal.
     *
     * @param reply as the client decoded it: {@code byte[]}, {@code Long}, a list, or null
     * @param refusal what the client made of an error reply, or null
     */
    public synchronized void reply(@Nullable Object reply, @Nullable Throwable refusal) {
        if (mode == SUBSCRIBED) {
            if (Words.lastUnsubscribed(reply)) {
                mode = QUIET;
            }
            return;
        }
        Op op = sent.poll();
        if (op == null) {
            untracked -= untracked > 0 ? 1 : 0;
            return;
        }
        if (multi && refusal == null && Words.is(reply, Words.QUEUED)) {
            queuedOutsideBatch |= !batch;
            queued.add(op);
            return;
        }
        if (Words.endsTransaction(op.command)) {
            multi = false;
            queuedOutsideBatch = false;
            endTransaction(reply, refusal);
            end(op, reply == null ? null : Words.NOTHING, refusal); // the bytes went to the transaction's commands
            return;
        }
        if (refusal == null && Words.is(op.command, Words.MULTI)) {
            multi = true;
        } else if (refusal == null && Words.isSelect(op.command)) {
            select(selecting);
        }
        end(op, reply, refusal);
    }

    /** The connection failed or was closed: what waits gets no reply. */
    public synchronized void broken(@Nullable Throwable failure) {
        for (Op op = queued.poll(); op != null; op = queued.poll()) {
            cancel(op, failure);
        }
        for (Op op = sent.poll(); op != null; op = sent.poll()) {
            cancel(op, failure);
        }
        multi = false;
        queuedOutsideBatch = false;
        untracked = 0;
        mode = QUIET;
    }

    /**
     * Tells which socket the connection has now. With another than before, the server knows nothing of what was.
     *
     * @param newTransport compared by identity; null: not connected yet
     */
    public void over(@Nullable Object newTransport) {
        if (newTransport != transport && newTransport != null) {
            if (transport != null) {
                broken(null);
                select(0);
            }
            transport = newTransport;
        }
    }

    private void endTransaction(@Nullable Object reply, @Nullable Throwable refusal) {
        List<?> replies = refusal == null && reply instanceof List ? (List<?>) reply : null;
        int i = 0;
        for (Op op = queued.poll(); op != null; op = queued.poll()) {
            if (replies == null || i >= replies.size()) {
                cancel(op, null);
            } else {
                Object own = replies.get(i++);
                end(op, own, own instanceof Throwable ? (Throwable) own : null);
            }
        }
    }

    private void end(Op op, @Nullable Object reply, @Nullable Throwable refusal) {
        if (refusal != null) {
            op.fail(refusal);
        } else if (reply == null) {
            op.outcome = Op.MISS;
        } else {
            op.bytesIn += Words.bytes(reply);
        }
        if (batch) {
            answered.add(op);
        } else {
            op.end(null);
        }
    }

    /** True inside Jedis.resetState, which sends an UNWATCH nobody asked for; looking costs less than changing that class. */
    private static boolean isReset() {
        StackTraceElement[] frames = new Throwable().getStackTrace();
        for (int i = 0; i < frames.length && i < RESET_DEPTH; i++) {
            if (frames[i].getMethodName().equals("resetState")) {
                return true;
            }
        }
        return false;
    }

    private static void cancel(Op op, @Nullable Throwable failure) {
        if (failure == null) {
            op.outcome = Op.CANCELLED;
        }
        op.end(failure);
    }

    private static void restart(ArrayDeque<Op> ops) {
        long now = System.nanoTime();
        for (Op op : ops) {
            op.restartAt(now);
        }
    }
}
