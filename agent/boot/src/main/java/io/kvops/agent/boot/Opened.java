package io.kvops.agent.boot;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of a library that is open, and can be measured until it is closed. Asking a native object that was freed ends
 * the JVM, so the probe calls {@link #close} when the application begins to close it: that waits for a measurement under way
 * (of one number), and none begins after it. The object itself is not kept alive. Any thread.
 */
public final class Opened {
    /** More are not measured; they are counted. */
    static final int MAX = 128;

    private static final ArrayList<Opened> ALL = new ArrayList<Opened>();
    private static long ignored;

    private final String kind;
    private final String where;
    private final WeakReference<Measured> object;
    private final @Nullable AutoCloseable owned;
    private boolean closed;

    private Opened(String kind, String where, Measured object, @Nullable AutoCloseable owned) {
        this.kind = kind;
        this.where = where;
        this.object = new WeakReference<Measured>(object);
        this.owned = owned;
    }

    /**
     * Registers an object that was just opened.
     *
     * @param kind what it is: {@code rocksdb}, {@code jedis.pool}
     * @param where host:port, or a path
     * @param owned closed with it; or null
     */
    public static Opened add(String kind, String where, Measured object, @Nullable AutoCloseable owned) {
        Opened opened = new Opened(kind, where, object, owned);
        synchronized (ALL) {
            if (ALL.size() < MAX) {
                ALL.add(opened);
                return opened;
            }
            ignored++;
        }
        opened.end();
        return opened;
    }

    /** Those that are open, in the order of their opening. */
    public static List<Opened> all() {
        List<Opened> open = new ArrayList<Opened>();
        List<Opened> forgotten = new ArrayList<Opened>();
        synchronized (ALL) {
            for (Opened opened : ALL) {
                (opened.object.get() == null ? forgotten : open).add(opened);
            }
            ALL.removeAll(forgotten);
        }
        for (Opened opened : forgotten) {
            opened.end();
        }
        return open;
    }

    /** How many were not registered since the last call. */
    public static long takeIgnored() {
        synchronized (ALL) {
            long n = ignored;
            ignored = 0;
            return n;
        }
    }

    public String kind() {
        return kind;
    }

    public String where() {
        return where;
    }

    /** True if there is something registered beside it. */
    public boolean hasOwned() {
        return owned != null;
    }

    /**
     * Reads one number.
     *
     * @return NaN if it is closed, or has no such number now
     * @throws Exception what the library throws
     */
    public synchronized double measure(String what) throws Exception {
        // on the stack it is not collected, so no finalizer frees it either
        Measured measured = closed ? null : object.get();
        return measured == null ? Double.NaN : measured.kvopsMeasure(what, owned);
    }

    /** The object is about to be closed: from now on nobody asks it. Never throws. */
    public void close() {
        end();
        synchronized (ALL) {
            ALL.remove(this);
        }
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (owned != null) {
            try {
                owned.close();
            } catch (Exception e) {
                Probes.suppressed(e);
            }
        }
    }
}
