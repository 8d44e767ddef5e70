package io.kvops.agent.core;

import io.kvops.agent.boot.AgentCore;
import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.AgentOptions;
import io.kvops.agent.boot.Probes;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/** The composition root of the agent: makes the parts, joins them, and starts them on first need. */
public final class Core extends AgentCore {
    private final AgentOptions options;
    private final AgentLog log;
    private @Nullable Weaver weaver;
    private boolean recording;

    /** Called by agent/boot, by reflection. Starts nothing. */
    public Core(AgentOptions options, AgentLog log, Instrumentation instrumentation) {
        this.options = options;
        this.log = log;
    }

    @Override
    public byte @Nullable [] transform(@Nullable ClassLoader loader, String name, byte[] bytes) {
        try {
            startRecording();
            return weaver().transform(loader, name, bytes);
        } catch (Throwable t) {
            log.failure("class " + name + " is left as it is, its operations are not seen", t);
            return null;
        }
    }

    private synchronized Weaver weaver() throws IOException, ReflectiveOperationException {
        Weaver made = weaver;
        if (made == null) {
            // Byte Buddy would try ways around the module system that make newer JDKs print warnings
            System.setProperty("net.bytebuddy.safe", "true");
            made = new Weaver(ProbeList.load(), new RuleSet(options.rules()), log);
            weaver = made;
        }
        return made;
    }

    @Override
    public synchronized void startRecording() {
        if (!recording) {
            recording = true;
            Probes.install(null);
        }
    }

    @Override
    public void startDelivery() {}
}
