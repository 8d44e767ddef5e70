package io.kvops.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final String[] OUTCOMES = {"OK", "MISS", "ERROR", "TIMEOUT", "CANCELLED"};

    private final List<String> recorded = new ArrayList<>();
    private final Link link = new Link("redis", "localhost:6379");
    private int untimed;

    @BeforeEach
    void install() {
        Probes.install(new Recorder() {
            @Override
            public int endpoint(String store, String where) {
                return where.endsWith("/0") ? 1 : 2;
            }

            @Override
            public int keyIndex(Object command) {
                return 0;
            }

            @Override
            public void record(Op op, long latencyNanos) {
                untimed += latencyNanos == UNTIMED ? 1 : 0;
                if (recorded.size() < 100) {
                    recorded.add(new String((byte[]) op.command, StandardCharsets.US_ASCII) + " " + OUTCOMES[op.outcome]
                            + " " + op.bytesIn + " @" + op.endpoint + (op.internal ? " internal" : ""));
                } else {
                    recorded.add("");
                }
            }

            @Override
            public void suppressed(Throwable failure) {
                throw new AssertionError(failure);
            }
        });
    }

    @AfterEach
    void uninstall() {
        Probes.install(null);
    }

    @Test
    void reply_ofCommandSentAlone_endsIt() {
        send("GET");
        link.reply(bytes("hello"), null);
        send("GET");
        link.reply(null, null);
        send("LPUSH");
        link.reply(null, new IllegalStateException("WRONGTYPE"));
        assertThat(recorded).containsExactly("GET OK 5 @1", "GET MISS 0 @1", "LPUSH ERROR 0 @1");
    }

    @Test
    void exec_endsCommandsWithTheirOwnReplies() {
        send("MULTI", "GET", "LPUSH", "GET");
        link.beginBatch();
        link.reply(bytes("OK"), null);
        link.reply(bytes("QUEUED"), null);
        link.reply(bytes("QUEUED"), null);
        link.reply(bytes("QUEUED"), null);
        link.endBatch(null);
        send("EXEC");
        link.reply(Arrays.asList(bytes("abc"), new IllegalStateException("WRONGTYPE"), null), null);
        assertThat(recorded)
                .containsExactly("MULTI OK 0 @1", "GET OK 3 @1", "LPUSH ERROR 0 @1", "GET MISS 0 @1", "EXEC OK 0 @1");
    }

    @Test
    void exec_refused_cancelsCommandsAndCountsThem() {
        send("MULTI", "GET");
        link.reply(bytes("OK"), null);
        link.reply(bytes("QUEUED"), null);
        send("EXEC");
        link.reply(null, new IllegalStateException("EXECABORT"));
        assertThat(recorded).containsExactly("MULTI OK 0 @1", "GET CANCELLED 0 @1", "EXEC ERROR 0 @1");
    }

    @Test
    void broken_endsAllThatWaits() {
        send("GET", "GET");
        link.beginBatch();
        link.reply(bytes("x"), null);
        link.broken(new java.net.SocketTimeoutException("Read timed out"));
        link.endBatch(new java.net.SocketTimeoutException("Read timed out"));
        assertThat(recorded).containsExactlyInAnyOrder("GET TIMEOUT 0 @1", "GET OK 1 @1");
    }

    @Test
    void select_changesTheEndpointOnceAnswered() {
        send("SELECT");
        link.reply(bytes("OK"), null);
        send("GET");
        link.reply(bytes("x"), null);
        assertThat(recorded).containsExactly("SELECT OK 0 @1", "GET OK 1 @2");
    }

    @Test
    void subscription_untilItsEnd_isNoOperation() {
        send("SUBSCRIBE");
        link.reply(Arrays.asList(bytes("subscribe"), bytes("c"), 1L), null);
        link.reply(Arrays.asList(bytes("message"), bytes("c"), bytes("hi")), null);
        send("UNSUBSCRIBE");
        link.reply(Arrays.asList(bytes("unsubscribe"), bytes("c"), 0L), null);
        send("GET");
        link.reply(bytes("x"), null);
        assertThat(recorded).containsExactly("GET OK 1 @1");
    }

    @Test
    void send_pastTheBound_countsWithoutLatencyAndKeepsTheOrder() {
        for (int i = 0; i < Link.MAX_WAITING + 5; i++) {
            send("INCR");
        }
        assertThat(untimed).isEqualTo(5);
        for (int i = 0; i < Link.MAX_WAITING + 5; i++) {
            link.reply(1L, null);
        }
        assertThat(recorded).hasSize(Link.MAX_WAITING + 5);
        assertThat(untimed).isEqualTo(5);
        recorded.clear();
        send("GET");
        link.reply(bytes("x"), null);
        assertThat(recorded).containsExactly("GET OK 1 @1");
    }

    @Test
    void send_insideInternalScope_isInternal() {
        Probes.enterInternal();
        send("PING");
        Probes.leaveInternal();
        link.reply(bytes("PONG"), null);
        assertThat(recorded).containsExactly("PING OK 4 @1 internal");
    }

    private void send(String... commands) {
        for (String command : commands) {
            link.send(new Described() {
                @Override
                public void kvopsDescribe(Op op) {
                    op.command = bytes(command);
                }

                @Override
                public int kvopsDatabase() {
                    return 3;
                }
            });
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
