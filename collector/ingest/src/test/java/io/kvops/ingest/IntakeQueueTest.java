package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IntakeQueueTest {
    private static final class NoAcks implements Received.AckTarget {
        @Override
        public Executor executor() {
            return Runnable::run;
        }

        @Override
        public void ack(UUID agentId, long sequence) {}

        @Override
        public void flushAcks() {}
    }

    private final AtomicInteger calls = new AtomicInteger();

    private static Received frame(int bytes) {
        return new Received(new UUID(0, 1), 1, new byte[bytes], null, new NoAcks());
    }

    private boolean offer(IntakeQueue queue, int bytes) {
        return queue.offer(frame(bytes), calls::incrementAndGet);
    }

    @Test
    void frames_bounded() {
        IntakeQueue queue = new IntakeQueue(2, 1_000);
        assertThat(offer(queue, 1)).isTrue();
        assertThat(offer(queue, 1)).isTrue();
        assertThat(offer(queue, 1)).isFalse();
        assertThat(calls).hasValue(0);
        assertThat(queue.take(10, 1_000, 0)).hasSize(2);
        assertThat(calls).hasValue(1);
        assertThat(queue.size()).isZero();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    @DisplayName("bytes are bounded, but one frame alone always fits")
    void bytes_bounded() {
        IntakeQueue queue = new IntakeQueue(100, 10);
        assertThat(offer(queue, 20)).isTrue();
        assertThat(offer(queue, 1)).isFalse();
        assertThat(queue.take(10, 1_000, 0)).hasSize(1);
        assertThat(offer(queue, 6)).isTrue();
        assertThat(offer(queue, 6)).isFalse();
        assertThat(queue.bytes()).isEqualTo(6);
    }

    @Test
    void batch_bounded() {
        IntakeQueue queue = new IntakeQueue(100, 1_000);
        for (int i = 0; i < 10; i++) {
            offer(queue, 10);
        }
        assertThat(queue.take(3, 1_000, 0)).hasSize(3);
        assertThat(queue.take(100, 25, 0)).hasSize(3);
        assertThat(queue.take(100, 1_000, 0)).hasSize(4);
        assertThat(queue.take(100, 1_000, 0)).isEqualTo(List.of());
    }

    @Test
    @DisplayName("frames gather until there are enough, it is full, the time is over, or it closes")
    void gather_ends() {
        IntakeQueue queue = new IntakeQueue(3, 1_000);
        queue.gather(2, 0);
        offer(queue, 10);
        offer(queue, 10);
        queue.gather(2, Long.MAX_VALUE);
        offer(queue, 10);
        assertThat(offer(queue, 10)).isFalse();
        queue.gather(100, Long.MAX_VALUE);
        assertThat(queue.take(100, 1_000, 0)).hasSize(3);
        queue.close();
        queue.gather(100, Long.MAX_VALUE);
        assertThat(queue.take(100, 1_000, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    @DisplayName("whoever gathers is woken by the frame that makes it enough")
    void gather_isWoken() {
        IntakeQueue queue = new IntakeQueue(100, 1_000);
        CompletableFuture<Void> gathering = CompletableFuture.runAsync(() -> queue.gather(3, Long.MAX_VALUE));
        offer(queue, 1);
        offer(queue, 1);
        offer(queue, 1);
        assertThat(gathering).succeedsWithin(Duration.ofMinutes(1));
    }

    @Test
    void closing_takesNothingIn_andDoesNotWait() {
        IntakeQueue queue = new IntakeQueue(100, 1_000);
        offer(queue, 1);
        queue.close();
        assertThat(offer(queue, 1)).isFalse();
        assertThat(queue.take(10, 1_000, Long.MAX_VALUE)).hasSize(1);
        assertThat(queue.take(10, 1_000, Long.MAX_VALUE)).isEmpty();
        assertThat(calls).hasValue(0);
    }
}
