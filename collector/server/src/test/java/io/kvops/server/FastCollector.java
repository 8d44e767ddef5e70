package io.kvops.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.config.ConfigException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A collector whose clock runs so many times as fast, so that days of its life pass in minutes: rollups, retention and
 * archive happen within a test. Arguments: data folder, configuration, begin in epoch milliseconds, factor, ports of ingest
 * and HTTP. It says the same line as {@code kvops collector --json} when it is ready.
 */
public final class FastCollector {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FastCollector() {}

    /** The time of a clock that showed the real time at its begin and runs faster since. */
    public static long millis(long beganMillis, long factor) {
        return beganMillis + (System.currentTimeMillis() - beganMillis) * factor;
    }

    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        Clock clock = new Fast(Long.parseLong(args[2]), Long.parseLong(args[3]));
        OpsManager ops = open(
                Path.of(args[1]),
                new CollectorConfig.Overrides(data, Integer.valueOf(args[4]), Integer.valueOf(args[5])),
                clock);
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

    private static OpsManager open(Path file, CollectorConfig.Overrides overrides, Clock clock)
            throws OpsException, ConfigException {
        return OpsManager.open(CollectorConfig.source(file, overrides), clock);
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

    private static final class Fast extends Clock {
        private final long beganMillis;
        private final long factor;

        Fast(long beganMillis, long factor) {
            this.beganMillis = beganMillis;
            this.factor = factor;
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
            return Instant.ofEpochMilli(FastCollector.millis(beganMillis, factor));
        }
    }
}
