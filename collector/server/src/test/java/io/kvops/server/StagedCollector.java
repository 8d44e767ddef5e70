package io.kvops.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A collector that takes its time from a {@link Stage} and tells there what it does, by its threads' stacks, some thousand
 * times a second: so days of its life pass in seconds, and it can be killed in the middle of what it does once a day.
 * Arguments: data folder, configuration, stage, ports of ingest and HTTP. It says the same line as {@code kvops collector
 * --json} when it is ready.
 */
public final class StagedCollector {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOOK_NANOS = 200_000;
    private static final int LOOKS_PER_LIST = 100;
    private static final int MOST_THREADS = 1_000;

    private StagedCollector() {}

    public static void main(String[] args) throws Exception {
        Stage stage = Stage.open(Path.of(args[2]));
        Thread looker = new Thread(() -> look(stage), "look");
        looker.setDaemon(true);
        looker.start();
        OpsManager ops = OpsManager.open(
                CollectorConfig.source(
                        Path.of(args[1]),
                        new CollectorConfig.Overrides(
                                Path.of(args[0]), Integer.valueOf(args[3]), Integer.valueOf(args[4]))),
                new StageClock(stage));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(ops), "stop"));
        ops.start();
        CountDownLatch never = new CountDownLatch(1);
        while (!ops.ready()) {
            never.await(20, TimeUnit.MILLISECONDS);
        }
        System.out.println(JSON.writeValueAsString(Map.of(
                "ready",
                true,
                "ingestPort",
                ops.running().ingestPort(),
                "httpPort",
                ops.running().httpPort())));
        // until killed, or the parent is gone
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }

    private static void look(Stage stage) {
        List<Thread> threads = List.of();
        for (long looks = 0; ; looks++) {
            if (looks % LOOKS_PER_LIST == 0) {
                threads = ours();
            }
            Set<Stage.Phase> phases = EnumSet.noneOf(Stage.Phase.class);
            for (Thread thread : threads) {
                for (StackTraceElement frame : thread.getStackTrace()) {
                    for (Stage.Phase phase : Stage.Phase.values()) {
                        if (phase.isIn(frame)) {
                            phases.add(phase);
                        }
                    }
                }
            }
            stage.phases(phases);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static List<Thread> ours() {
        Thread[] all = new Thread[MOST_THREADS];
        int count = Thread.enumerate(all);
        return Arrays.stream(all, 0, count)
                .filter(thread -> thread.getName().startsWith("kvops-"))
                .toList();
    }

    private static void close(OpsManager ops) {
        try {
            ops.close();
        } catch (OpsException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private static final class StageClock extends Clock {
        private final Stage stage;

        StageClock(Stage stage) {
            this.stage = stage;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(stage.millis());
        }
    }
}
