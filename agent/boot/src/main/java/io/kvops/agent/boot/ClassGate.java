package io.kvops.agent.boot;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Sees every class that is loaded and lets almost all pass with a look at the name. Runs on whatever thread loads a class,
 * inside class loading: it never throws, never waits, and never looks at a class that its own work loads.
 */
final class ClassGate implements ClassFileTransformer {
    private final CoreHolder holder;
    private final NameSet names;
    private final boolean looksAtAll;

    /** The thread that is inside the core, per thread; made on first need, as most JVMs never get there. */
    private final ThreadLocal<Boolean> inside = new ThreadLocal<Boolean>();

    /**
     * @param names internal names of the classes that are handed to the core
     * @param looksAtAll true if every application class is handed over: there are rules on interfaces
     */
    ClassGate(CoreHolder holder, NameSet names, boolean looksAtAll) {
        this.holder = holder;
        this.names = names;
        this.looksAtAll = looksAtAll;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (name == null || !(names.contains(name) || (looksAtAll && mayImplement(loader, name)))) {
            return null;
        }
        if (redefined != null || inside.get() != null) {
            return null;
        }
        inside.set(Boolean.TRUE);
        try {
            AgentCore core = holder.get();
            return core == null ? null : core.transform(loader, name, bytes);
        } catch (Throwable t) {
            holder.log().failure("class " + name + " is left as it is", t);
            return null;
        } finally {
            inside.remove();
        }
    }

    private static boolean mayImplement(@Nullable ClassLoader loader, String name) {
        return loader != null
                && !(loader instanceof CoreLoader)
                && !name.startsWith("java/")
                && !name.startsWith("jdk/")
                && !name.startsWith("sun/")
                && !name.startsWith("io/kvops/agent/");
    }
}
