package io.kvops.agent.boot;

import java.io.File;
import java.io.IOException;

/** The process id, without JMX, which must not be touched before the application does. */
public final class OwnProcess {
    private OwnProcess() {}

    /** This process's id; 0 if neither /proc nor the JDK (9 and later) tells it. */
    public static long pid() {
        try {
            String self = new File("/proc/self").getCanonicalFile().getName();
            return Long.parseLong(self);
        } catch (IOException | NumberFormatException e) {
            return pidFromJdk();
        }
    }

    private static long pidFromJdk() {
        try {
            Class<?> handle = Class.forName("java.lang.ProcessHandle");
            Object current = handle.getMethod("current").invoke(null);
            return (Long) handle.getMethod("pid").invoke(current);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return 0;
        }
    }
}
