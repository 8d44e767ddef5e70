package io.kvops.agent.boot;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/** Makes the isolated core on first need. If that fails once, the agent is off for good, and the log says why. */
final class CoreHolder {
    private static final String CORE_CLASS = "io.kvops.agent.core.Core";

    private final AgentOptions options;
    private final AgentLog log;
    private final Instrumentation instrumentation;
    private @Nullable AgentCore core;
    private boolean failed;

    CoreHolder(AgentOptions options, AgentLog log, Instrumentation instrumentation) {
        this.options = options;
        this.log = log;
        this.instrumentation = instrumentation;
    }

    AgentLog log() {
        return log;
    }

    /** The core; null if it could not be made. */
    synchronized @Nullable AgentCore get() {
        if (core == null && !failed) {
            try {
                CoreLoader loader = new CoreLoader(jarFile());
                core = Class.forName(CORE_CLASS, true, loader)
                        .asSubclass(AgentCore.class)
                        .getConstructor(AgentOptions.class, AgentLog.class, Instrumentation.class)
                        .newInstance(options, log, instrumentation);
            } catch (Throwable t) {
                failed = true;
                Throwable cause = t instanceof InvocationTargetException && t.getCause() != null ? t.getCause() : t;
                log.failure("the agent's core did not start, the agent stays off, the application runs on", cause);
            }
        }
        return core;
    }

    /** The JVM appends the path of each agent's jar to the class path; classes of the boot loader know no path. */
    private static File jarFile() throws ClassNotFoundException {
        String path = System.getProperty("java.class.path", "");
        int end = path.length();
        while (end > 0) {
            int start = path.lastIndexOf(File.pathSeparatorChar, end - 1) + 1;
            if (path.startsWith(Agent.JAR_NAME, end - Agent.JAR_NAME.length())) {
                File file = new File(path.substring(start, end));
                if (file.getName().equals(Agent.JAR_NAME) && file.isFile()) {
                    return file;
                }
            }
            end = start - 1;
        }
        throw new ClassNotFoundException(Agent.JAR_NAME + " is not on the class path, where the JVM puts it");
    }
}
