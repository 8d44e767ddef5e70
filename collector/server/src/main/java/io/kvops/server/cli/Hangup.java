package io.kvops.server.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;

/**
 * Does something at SIGHUP. By itself Java ends then, as a program should whose terminal is closed; that stays so.
 *
 * <p>By reflection, because the compiler has no other way to let {@code sun.misc.Signal} (module jdk.unsupported) pass
 * without a warning.
 */
final class Hangup {
    private Hangup() {}

    /** Where signals can't be caught, nothing is done. */
    static void onSignal(Runnable action) {
        boolean fromTerminal = hasTerminal();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object caught = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (p, m, args) -> {
                switch (m.getName()) {
                    case "handle" -> {
                        if (fromTerminal && !hasTerminal()) {
                            // as by SIGTERM: the shutdown hook stops the collector
                            new Thread(() -> System.exit(0), "kvops-hangup").start();
                        } else {
                            action.run();
                        }
                        return null;
                    }
                    case "equals" -> {
                        return p == args[0];
                    }
                    case "hashCode" -> {
                        return System.identityHashCode(p);
                    }
                    default -> {
                        return "kvops-hangup";
                    }
                }
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), caught);
        } catch (ReflectiveOperationException | LinkageError e) {
            // no such signal on this system
        }
    }

    private static boolean hasTerminal() {
        try (FileInputStream terminal = new FileInputStream("/dev/tty")) {
            return terminal.available() >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
