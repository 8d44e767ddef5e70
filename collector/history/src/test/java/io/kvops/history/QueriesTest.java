package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kvops.history.HistoryException.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a query, and closing, do not depend on that it ends. */
class QueriesTest {
    private final Queries queries = new Queries(100);
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicReference<Throwable> seen = new AtomicReference<>();

    @Test
    @Timeout(60)
    void oneThatNothingStops_keepsNobodyFromClosing() throws Exception {
        Thread asks = asking();
        began.await();
        queries.close();
        assertThat(asks.isAlive()).isTrue();
        assertThatThrownBy(() -> queries.run(query -> "none")).hasMessage("query: the history is closed");
        end.countDown();
        asks.join();
        assertThat(seen.get()).isNull();
    }

    @Test
    @Timeout(60)
    void whoIsInterrupted_waitsNoLonger() throws Exception {
        Thread asks = asking();
        began.await();
        asks.interrupt();
        asks.join();
        assertThat(seen.get())
                .isInstanceOfSatisfying(
                        HistoryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT));
        end.countDown();
    }

    @Test
    void whatTheQueryThrows_isThrown() throws Exception {
        HistoryException failure = new HistoryException(Kind.QUERY, "wrong", null);
        assertThatThrownBy(() -> queries.run(query -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(queries.<String>run(query -> "answer")).isEqualTo("answer");
    }

    private Thread asking() {
        Thread asks = new Thread(() -> seen.set(catchThrowable(() -> queries.run(query -> {
            began.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        }))));
        asks.start();
        return asks;
    }
}
