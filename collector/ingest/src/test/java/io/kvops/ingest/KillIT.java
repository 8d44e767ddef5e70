package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Ack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillIT {
    private static final int KILLS = Boolean.getBoolean("kvops.proof") ? 150 : 5;
    private static final int AGENTS = 3;
    private static final int WINDOW = 40;
    private static final long SEGMENT_BYTES = 512 << 10;

    @TempDir
    Path temp;

    private final AtomicInteger port = new AtomicInteger();
    private volatile boolean enough;

    @Test
    @DisplayName("kill -9 at random moments under load: what is acknowledged is there, and nothing is there twice")
    void kill_losesNothingDoublesNothing() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("KillIT seed " + seed + " (repeat with -Dkvops.seed=" + seed + "), kills " + KILLS);
        Random random = new Random(seed);
        Path folder = temp.resolve("data");
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            senders.add(new Sender(new Random(random.nextLong())));
        }
        senders.forEach(Thread::start);
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                try (CollectorProcess collector = CollectorProcess.start(folder, port.get(), SEGMENT_BYTES)) {
                    port.set(collector.port());
                    long before = acked(senders);
                    await().until(() -> acked(senders) > before || !collector.alive());
                    LockSupport.parkNanos(random.nextLong(300_000_000));
                    assertThat(collector.alive())
                            .as("collector before kill %s: %s", kill, Files.readString(CollectorProcess.log(folder)))
                            .isTrue();
                }
            }
        } finally {
            enough = true;
            for (Sender sender : senders) {
                sender.join(30_000);
            }
        }
        FrameLog log = new FrameLog();
        IngestConfig config =
                IngestConfig.builder(folder).port(0).minFreeBytes(0).build();
        try (Ingest ingest = Ingest.open(config, log, Clock.systemUTC())) {
            ingest.start();
            await().atMost(Duration.ofMinutes(2)).until(ingest::ready);
            assertThat(ingest.stats().damagedRecords()).isZero();
            assertThat(ingest.stats().gaps()).isZero();
        }
        for (Sender sender : senders) {
            List<Long> held = log.of(sender.id);
            assertThat(held.size()).isGreaterThanOrEqualTo((int) sender.acked).isLessThanOrEqualTo((int) sender.sent);
            assertThat(held)
                    .isEqualTo(LongStream.rangeClosed(1, held.size()).boxed().toList());
        }
        System.out.println("KillIT " + acked(senders) + " frames acknowledged over " + KILLS + " kills");
    }

    private static long acked(List<Sender> senders) {
        return senders.stream().mapToLong(sender -> sender.acked).sum();
    }

    /** Sends frames of random size without end; after each break, all that is not acknowledged again. */
    private final class Sender extends Thread {
        private final UUID id = UUID.randomUUID();
        private final Random random;
        private volatile long acked;
        private volatile long sent;

        Sender(Random random) {
            super("sender");
            this.random = random;
        }

        @Override
        public void run() {
            while (!enough) {
                try (TestAgent agent = TestAgent.connect(port.get(), "")) {
                    long next = acked + 1;
                    while (!enough) {
                        while (next <= acked + WINDOW) {
                            int ballast = random.nextInt(20) == 0 ? 200_000 : random.nextInt(20_000);
                            sent = Math.max(sent, next);
                            agent.send(TestAgent.frame(id, next++, ballast));
                        }
                        if (agent.receive() instanceof Ack ack) {
                            acked = Math.max(acked, ack.sequence());
                        } else {
                            throw new IOException("closed");
                        }
                    }
                } catch (Exception e) {
                    // the collector is being restarted
                    LockSupport.parkNanos(20_000_000);
                }
            }
        }
    }
}
