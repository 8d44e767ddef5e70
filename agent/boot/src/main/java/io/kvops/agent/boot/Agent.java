package io.kvops.agent.boot;

import java.io.File;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Where the JVM starts the agent, before {@code main}. Everything here is paid by every application, also one that has no
 * client of a store: options are parsed, one name check is registered, and that is all until a probed class comes.
 */
public final class Agent {
    static final String JAR_NAME = "kvops-agent.jar";
    private static boolean started;

    private Agent() {}

    /** Called by the JVM. Never throws and prints nothing. */
    public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
        try {
            start(arguments == null ? "" : arguments, instrumentation);
        } catch (Throwable t) {
            // an agent that cannot start leaves the application alone; there may be no log to say so
            Probes.install(null);
        }
    }

    private static synchronized void start(String arguments, Instrumentation instrumentation) {
        if (started) {
            return;
        }
        started = true;
        long pid = OwnProcess.pid();
        AgentOptions options = AgentOptions.load(arguments);
        AgentLog log = new AgentLog(options.logFile(pid));
        for (String problem : options.problems()) {
            log.line(problem);
        }
        if (Agent.class.getClassLoader() != null) {
            log.line("the agent is off: its jar must be named " + JAR_NAME
                    + " (the manifest's Boot-Class-Path names it); rename it back, or link to it under that name");
            return;
        }
        if (!options.flag("enabled")) {
            return;
        }
        CoreHolder holder = new CoreHolder(options, log, instrumentation);
        instrumentation.addTransformer(new ClassGate(holder, names(options), options.hasInterfaceRule()));
        if (DeadSpoolLook.findsAny(new File(options.spoolFolder()), pid)) {
            DeliveryThread.start(holder);
        }
    }

    private static NameSet names(AgentOptions options) {
        String[] probed = ProbedClasses.names();
        RuleSpec[] rules = options.rules();
        String[] all = new String[probed.length + rules.length];
        System.arraycopy(probed, 0, all, 0, probed.length);
        for (int i = 0; i < rules.length; i++) {
            all[probed.length + i] = rules[i].targetName().replace('.', '/');
        }
        return new NameSet(all);
    }
}
