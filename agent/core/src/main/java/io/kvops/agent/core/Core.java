package io.kvops.agent.core;

import io.kvops.agent.boot.AgentCore;
import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.AgentOptions;
import io.kvops.wire.Source;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The composition root of the agent: makes the parts, joins them, and starts them on first need. */
public final class Core extends AgentCore {
    private static final String SAFE = "net.bytebuddy.safe";

    private final AgentOptions options;
    private final AgentLog log;
    private final LongSupplier clockMillis = Clock.systemUTC()::millis;
    private final Gauges gauges = new Gauges();
    private final RuleSet rules;
    private final Flow flow;
    private final Delivery delivery;
    private final Source source;
    /** As started, with what the collector configured. */
    private AgentOptions live;

    private @Nullable Recording recording;
    private @Nullable Weaver weaver;

    /** Called by agent/boot, by reflection. Starts nothing. */
    public Core(AgentOptions options, AgentLog log, Instrumentation instrumentation) {
        this.options = options;
        this.log = log;
        rules = new RuleSet(options.rules());
        source = Identity.of(options);
        live = options;
        flow = new Flow(options.nanos("interval"));
        delivery = new Delivery(options, log, source, gauges, clockMillis.getAsLong(), this::configure, flow);
    }

    /** All of what the collector wants, or nothing; it is also kept for a recording that begins later. */
    private List<String> configure(Map<String, String> wanted) {
        List<String> refused = new ArrayList<>();
        AgentOptions next = options.with(wanted, refused);
        if (refused.isEmpty()) {
            synchronized (this) {
                live = next;
                if (recording != null) {
                    recording.apply(next);
                }
            }
        }
        return refused;
    }

    @Override
    public byte @Nullable [] transform(@Nullable ClassLoader loader, String name, byte[] bytes) {
        try {
            return weaver().transform(loader, name, bytes, this::startRecording);
        } catch (Throwable t) {
            log.failure("class " + name + " is left as it is, its operations are not seen", t);
            return null;
        }
    }

    private synchronized Weaver weaver() throws IOException, ReflectiveOperationException {
        Weaver made = weaver;
        if (made == null) {
            // Byte Buddy would else try ways around the module system that make newer JDKs print warnings
            System.setProperty(SAFE, "true");
            made = new Weaver(ProbeList.load(), rules, log);
            weaver = made;
        }
        return made;
    }

    /** The first class is about to be instrumented. */
    private synchronized void startRecording() {
        if (recording != null) {
            return;
        }
        Recording made = new Recording(live, log, source, gauges, clockMillis, rules, flow);
        Measuring measuring = new Measuring(gauges, log);
        made.connect(
                delivery::add,
                delivery.transport()::hurry,
                delivery.transport()::takeLostOperations,
                measuring::takeNotMeasured);
        rules.use(made.recorder());
        Thread thread = daemon(made, "kvops-agent-frames");
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> made.end(thread), "kvops-agent-exit"));
        } catch (IllegalStateException e) {
            // The JVM is ending already, and a hook of the application is the first that uses a client. Nothing flushes
            // at
            // the end, so the last tick may be missing; all before it is in the spool for the next agent.
            log.line(
                    "the first client is used while the JVM ends: what it does is in the spool, its last moment may not be");
        }
        recording = made;
        made.install();
        thread.start();
        daemon(measuring, "kvops-agent-gauges").start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    @Override
    public void startDelivery() {
        delivery.start();
    }

    @Override
    public void finishDelivery(long nanos) {
        delivery.finishDeadSpools(nanos);
    }
}
