package io.kvops.agent.it.runtime;

import java.util.concurrent.locks.LockSupport;

/** Uses its store for the first time in a shutdown hook: the probed class is loaded while the JVM ends. */
public final class HookApp {
    private static final long STAYS_NANOS = 5_000_000_000L;

    private HookApp() {}

    /** Argument: calls to make. */
    public static void main(String[] args) {
        int calls = Integer.parseInt(args[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> useStore(calls)));
    }

    private static void useStore(int calls) {
        Store store = new Store();
        for (int n = 0; n < calls; n++) {
            store.get("user:" + n);
        }
        // there is no flush any more, so the counts are given time to reach the spool
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < STAYS_NANOS) {
            LockSupport.parkNanos(STAYS_NANOS / 10);
        }
    }

    /** Loaded with its first use. */
    static final class Store {
        String get(String key) {
            return key;
        }
    }
}
