package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.AgentOptions;
import io.kvops.agent.boot.Probes;
import io.kvops.wire.Source;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The life of one recorder: it is installed at once, on the thread that loads the first probed class; the spool is opened,
 * and frames are cut, on this class's own thread. It ends with the process.
 */
final class Recording implements Runnable {
    private static final long TICK_NANOS_MIN = 10_000_000L;
    private static final long TICK_NANOS_IDLE = 25_000_000L;
    private static final long TICK_NANOS_MAX = 500_000_000L;
    /** Ticks may take one part in so many of the time of one core. */
    private static final long TICK_SHARE = 50;

    private static final long CHECK_NANOS = 1_000_000_000L;
    private static final long QUIET_NANOS = 100_000_000L;
    /**
     * The application ends at most 2 s later for the agent's sake, and this is what is left of them: the last flush takes
     * some, and a JVM that ends waits up to 300 ms for a thread that is inside a system call, such as connect.
     */
    private static final long EXIT_NANOS = 1_500_000_000L;

    private static final int SPOOL_IN_MEMORY_BYTES = Spool.firstBytes();

    private final AgentOptions options;
    private final AgentLog log;
    private final Source source;
    private final Gauges gauges;
    private final Names names;
    private final Privacy privacy;
    private final HotKeys hotKeys;
    private final SlowOps slowOps;
    private final MemoryBudget memory;
    private final Breaker breaker = new Breaker(Breaker.BUDGET_NANOS);
    private final OpRecorder recorder;
    private final LongSupplier nanos = System::nanoTime;
    private final LongSupplier clockMillis;
    private volatile boolean exiting;
    private final RuleSet rules;
    private final Flow flow;
    /** Held while a frame is made, and while what it is made from is configured. */
    private final Object framing = new Object();

    private boolean enabled;
    private long brokenUntilNanos;
    private volatile boolean broken;
    private Consumer<Spool> opened = spool -> {};
    private Runnable hurry = () -> {};
    private LongSupplier lost = () -> 0;
    private LongSupplier notMeasured = () -> 0;

    Recording(
            AgentOptions options,
            AgentLog log,
            Source source,
            Gauges gauges,
            LongSupplier clockMillis,
            RuleSet rules,
            Flow flow) {
        this.options = options;
        this.log = log;
        this.source = source;
        this.gauges = gauges;
        this.clockMillis = clockMillis;
        this.rules = rules;
        this.flow = flow;
        enabled = options.flag("enabled");
        memory = new MemoryBudget(options.bytes("memory"));
        int patterns = (int) Math.max(64, Math.min(1_024, memory.left() / 4 / 2_048));
        names = new Names(patterns);
        memory.take(patterns * 2_048L);
        privacy = new Privacy(options.text("keys"), options.text("keys.salt"));
        hotKeys = new HotKeys(HotKeys.COUNTERS);
        memory.take(HotKeys.COUNTERS * 512L);
        slowOps = new SlowOps(names, privacy, options.count("slow.max"), options.flag("slow.stack"), clockMillis);
        recorder =
                new OpRecorder(names, hotKeys, slowOps, breaker, memory, log, slowNanos(options), privacy.keepsKeys());
    }

    private static long slowNanos(AgentOptions options) {
        long slow = options.nanos("slow");
        return slow == 0 ? Long.MAX_VALUE : slow;
    }

    OpRecorder recorder() {
        return recorder;
    }

    /** Counts operations from now on, unless that is turned off. */
    void install() {
        apply();
    }

    private Spool openSpool() {
        File file = new File(
                options.spoolFolder(), DeadSpools.PREFIX + source.pid() + "-" + source.agentId() + DeadSpools.SUFFIX);
        try {
            return Spool.create(
                    SpoolStore.create(file, Spool.firstBytes()), source.agentId(), options.bytes("spool.max"));
        } catch (IOException | RuntimeException e) {
            log.line("spool " + file + " cannot be opened (" + e.getMessage() + "); frames wait in memory and end with"
                    + " the process; give a folder that can be written with spool=");
            return Spool.create(SpoolStore.inMemory(SPOOL_IN_MEMORY_BYTES), source.agentId(), 0);
        }
    }

    /**
     * Joins the transport: who gets the spool when it is open, what to call when the process ends, what it lost; and what
     * was not measured.
     */
    void connect(Consumer<Spool> opened, Runnable hurry, LongSupplier lost, LongSupplier notMeasured) {
        this.notMeasured = notMeasured;
        this.opened = opened;
        this.hurry = hurry;
        this.lost = lost;
    }

    @Override
    public void run() {
        try {
            Spool spool = openSpool();
            opened.accept(spool);
            Frames frames = new Frames(
                    new Frames.Parts(
                            recorder,
                            hotKeys,
                            slowOps,
                            names,
                            privacy,
                            memory,
                            source,
                            spool,
                            log,
                            nanos,
                            clockMillis,
                            gauges),
                    flow);
            loop(frames, spool);
        } catch (Throwable t) {
            Probes.install(null);
            log.failure("recording ended, the application runs on", t);
        }
    }

    private void loop(Frames frames, Spool spool) throws IOException {
        long lastOperation = nanos.getAsLong();
        long nextCheck = lastOperation;
        long start = lastOperation;
        long lastCost = 0;
        boolean rulesReported = false;
        while (!exiting) {
            long before = nanos.getAsLong();
            boolean any = tick(frames);
            long now = nanos.getAsLong();
            if (any) {
                lastOperation = now;
            }
            if (now >= nextCheck) {
                nextCheck = now + CHECK_NANOS;
                check(frames, now);
                if (!rulesReported && now - start > 60 * CHECK_NANOS) {
                    rulesReported = true;
                    frames.addDropped("rules.unmatched", rules.reportUnmatched(log));
                }
            }
            long idle = any ? TICK_NANOS_MIN : TICK_NANOS_IDLE;
            // the smaller of two: a tick that was descheduled did not cost what the clock says
            long cost = Math.min(now - before, lastCost);
            lastCost = now - before;
            LockSupport.parkNanos(this, Math.min(TICK_NANOS_MAX, Math.max(idle, TICK_SHARE * cost)));
        }
        exit(frames, spool, lastOperation);
    }

    /** Once a second: the breaker, and what the transport lost. */
    private void check(Frames frames, long now) {
        frames.addDropped("frames.refused.ops", lost.getAsLong());
        frames.addDropped("gauges.objects", notMeasured.getAsLong());
        if (broken && now - brokenUntilNanos >= 0) {
            broken = false;
            log.line("the circuit breaker closes: recording goes on");
            apply();
        } else if (!broken && breaker.check()) {
            broken = true;
            brokenUntilNanos = now + Breaker.PAUSE_NANOS;
            frames.addDropped("breaker.trips", 1);
            log.line("the circuit breaker opens: recording an operation costs more than " + Breaker.BUDGET_NANOS
                    + " ns; nothing is recorded for " + Breaker.PAUSE_NANOS / CHECK_NANOS + " s");
            apply();
        }
    }

    private boolean tick(Frames frames) {
        synchronized (framing) {
            return frames.tick();
        }
    }

    /** Takes over all options that can change while the agent runs; when this returns no frame is made with the old ones. */
    void apply(AgentOptions live) {
        synchronized (framing) {
            privacy.use(live.text("keys"));
            slowOps.use(live.count("slow.max"), live.flag("slow.stack"));
            recorder.use(slowNanos(live), privacy.keepsKeys());
            flow.own(live.nanos("interval"));
            enabled = live.flag("enabled");
            apply();
        }
    }

    private void apply() {
        boolean on;
        synchronized (framing) {
            on = enabled && !broken;
            Probes.install(on ? recorder : null);
        }
        gauges.recording(on);
    }

    /** Flushes until some time passes without new operations, and waits for acks; within a bound. */
    private void exit(Frames frames, Spool spool, long lastOperationNanos) throws IOException {
        long deadline = nanos.getAsLong() + EXIT_NANOS;
        long lastOperation = lastOperationNanos;
        hurry.run();
        while (nanos.getAsLong() - deadline < 0) {
            long now = nanos.getAsLong();
            if (tick(frames)) {
                lastOperation = now;
            }
            if (now - lastOperation >= QUIET_NANOS) {
                frames.closeNow();
                if (spool.isEmpty()) {
                    break;
                }
            }
            LockSupport.parkNanos(this, QUIET_NANOS / 50);
        }
        Probes.install(null);
        frames.closeNow();
        spool.close(spool.isEmpty());
    }

    /** Called by the shutdown hook: ends recording, and waits for that, within a bound. */
    void end(Thread ownThread) {
        exiting = true;
        LockSupport.unpark(ownThread);
        try {
            ownThread.join((EXIT_NANOS + QUIET_NANOS) / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
