package io.kvops.agent.boot;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/** Makes the isolated core on first need. If that fails once, the agent is off for good, and the log says why. */
final class CoreHolder {
    private static final String CORE_CLASS = "io.kvops.agent.core.Core";
    private static final String CORE_FILE = "core/io/kvops/agent/core/Core.classdata";

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

    /** The JVM has added the agent's jar to the system loader; classes of the boot loader know no path. */
    private static File jarFile() throws ClassNotFoundException {
        URL url = ClassLoader.getSystemResource(CORE_FILE);
        if (url == null) {
            throw new ClassNotFoundException(CORE_FILE + " is not found by the system class loader, which has "
                    + Agent.JAR_NAME + " from the JVM");
        }
        String path = url.toString();
        try {
            return new File(new URI(path.substring("jar:".length(), path.lastIndexOf("!/"))));
        } catch (URISyntaxException | RuntimeException e) {
            throw new ClassNotFoundException(path + " is not an entry of a jar file", e);
        }
    }
}
