package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.AgentOptions;
import io.kvops.wire.Source;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The I/O thread: takes over the spools of dead processes, then runs the transport, for them and for the own spool. */
final class Delivery implements Runnable {
    private final AgentOptions options;
    private final AgentLog log;
    private final Transport transport;
    private final List<Spool> deadSpools = new ArrayList<>();
    private boolean running;
    private boolean wanted;
    private boolean searched;

    Delivery(
            AgentOptions options,
            AgentLog log,
            Source source,
            Gauges gauges,
            long startMillis,
            Transport.Settings settings,
            Flow flow) {
        this.options = options;
        this.log = log;
        transport = new Transport(new Door(options, source, startMillis), log, settings, gauges, flow);
    }

    /** Delivers the own spool, from now on. */
    void add(Spool spool) {
        transport.add(spool);
        synchronized (this) {
            wanted = true;
        }
        start();
    }

    /** Starts the thread, if it does not run. */
    synchronized void start() {
        if (!running) {
            running = true;
            Thread thread = new Thread(this, "kvops-agent-io");
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.start();
        }
    }

    @Override
    public void run() {
        try {
            List<Spool> found = DeadSpools.takeOver(new File(options.spoolFolder()), log);
            synchronized (this) {
                deadSpools.addAll(found);
                searched = true;
                if (found.isEmpty() && !wanted) {
                    running = false;
                    return;
                }
            }
            for (Spool spool : found) {
                transport.add(spool);
            }
            transport.run();
        } catch (Throwable t) {
            log.failure("delivery ended; frames wait in the spool for the next agent", t);
        }
    }

    Transport transport() {
        return transport;
    }

    /** At exit: waits until the spools of dead processes are delivered, within a bound. */
    void finishDeadSpools(long nanos) {
        long deadline = System.nanoTime() + nanos;
        transport.hurry();
        while (System.nanoTime() - deadline < 0 && !deadSpoolsAreDelivered()) {
            LockSupport.parkNanos(2_000_000L);
        }
    }

    private synchronized boolean deadSpoolsAreDelivered() {
        if (!searched) {
            return false;
        }
        for (Spool spool : deadSpools) {
            if (!spool.isClosed()) {
                return false;
            }
        }
        return true;
    }
}
