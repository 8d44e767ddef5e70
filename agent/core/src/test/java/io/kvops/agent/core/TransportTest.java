package io.kvops.agent.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.TestOptions;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Ack;
import io.kvops.wire.Configure;
import io.kvops.wire.Configured;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Pace;
import io.kvops.wire.Refusal;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransportTest {
    private final UUID agent = UUID.randomUUID();
    private final Source source = new Source(agent, "test", "test:1", "host", 1, "jvm");
    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> applied = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Flow flow = new Flow(1_000_000_000L);

    @TempDir
    Path folder;

    private ServerSocket server;
    private Spool spool;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        spool = Spool.create(SpoolStore.inMemory(Spool.firstBytes()), agent, 1 << 20);
        transport = new Transport(
                new Door(TestOptions.of("collector=127.0.0.1:" + server.getLocalPort()), source, 1),
                new AgentLog(folder.resolve("agent.log").toFile()),
                options -> {
                    applied.add(options);
                    return options.containsKey("bad") ? List.of("option bad is not known") : List.of();
                },
                new Gauges(),
                flow);
        transport.add(spool);
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        server.close();
    }

    /** Each message is answered by a function; null: no answer. A refusal ends the connection. */
    private void answer(Function<Message, Message> answers) {
        daemon(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    connections.incrementAndGet();
                    serve(socket, answers);
                } catch (IOException e) {
                    // the agent or the test ended it
                }
            }
        });
        daemon(transport);
    }

    private void serve(Socket socket, Function<Message, Message> answers) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        assertThat(in.readInt()).isEqualTo(WireCodec.MAGIC);
        try {
            for (byte[] bytes = WireCodec.read(in, 1 << 20); bytes != null; bytes = WireCodec.read(in, 1 << 20)) {
                Message message = WireCodec.decode(bytes);
                received.add(message);
                Message answer = answers.apply(message);
                if (answer != null) {
                    WireCodec.write(socket.getOutputStream(), WireCodec.encode(answer));
                }
                if (answer instanceof Refusal) {
                    return;
                }
            }
        } catch (io.kvops.wire.WireException e) {
            throw new IOException(e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "transport-test");
        thread.setDaemon(true);
        thread.start();
    }

    private static Welcome welcome(int maxFrameBytes) {
        return new Welcome(WireCodec.PROTOCOL_VERSION, List.of(), maxFrameBytes, Map.of(), 0);
    }

    /** @param series so many series of one operation each: the size of the frame */
    private void spool(long sequence, int series) {
        List<SeriesDelta> all = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            SeriesKey key = new SeriesKey("redis", "h:1/0", "OP" + i, OpClass.READ, "user:{n}", false);
            all.add(new SeriesDelta(
                    key, 1, 0, Map.of(), 0, 0, 0, 0, 0, 5, 5, SparseHistogram.of(new int[0], new long[0]), 0));
        }
        byte[] frame =
                WireCodec.encode(new Frame(source, sequence, 0, 1, all, List.of(), List.of(), Map.of(), Map.of()));
        assertThat(spool.append(sequence, frame)).isTrue();
    }

    private List<Long> acked() {
        return received.stream()
                .filter(m -> m instanceof Frame)
                .map(m -> ((Frame) m).sequence())
                .distinct()
                .toList();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("agent.log"));
    }

    @Test
    void versionRefused_isOneLineAndFramesStay() throws Exception {
        spool(1, 3);
        answer(m -> new Refusal(Refusal.Kind.VERSION, "speaks version 9; update the agent"));
        await().until(() -> connections.get() > 0 && Files.exists(folder.resolve("agent.log")));
        await().until(() -> {
            transport.wake(); // it would stay away for 30 s each time
            return connections.get() > 2;
        });
        assertThat(log().lines()).singleElement().asString().contains("VERSION", "update the agent");
        assertThat(spool.size()).isEqualTo(1);
        assertThat(transport.takeLostOperations()).isZero();
    }

    @Test
    void tooLargeRefused_theLargestFrameIsGivenUpAndCounted() {
        spool(1, 3);
        spool(2, 500);
        spool(3, 4);
        answer(m -> {
            if (m instanceof Hello) {
                return welcome(1 << 20);
            }
            Frame frame = (Frame) m;
            return frame.series().size() == 500
                    ? new Refusal(Refusal.Kind.TOO_LARGE, "over 10 KB")
                    : new Ack(agent, frame.sequence());
        });
        await().atMost(Duration.ofSeconds(20)).until(spool::isEmpty);
        assertThat(transport.takeLostOperations()).isEqualTo(500);
        assertThat(acked()).contains(1L, 3L);
    }

    @Test
    void frameOverTheCollectorsLimit_isNotEvenSent() {
        spool(1, 3);
        spool(2, 500);
        spool(3, 4);
        answer(m -> m instanceof Hello ? welcome(2_000) : new Ack(agent, ((Frame) m).sequence()));
        await().atMost(Duration.ofSeconds(20)).until(spool::isEmpty);
        assertThat(transport.takeLostOperations()).isEqualTo(500);
        assertThat(acked()).containsExactly(1L, 3L);
    }

    @Test
    void malformedFiveTimesInARow_theOldestFrameIsGivenUpAndCounted() {
        spool(1, 7);
        spool(2, 3);
        answer(m -> {
            if (m instanceof Hello) {
                return welcome(1 << 20);
            }
            return ((Frame) m).sequence() == 1
                    ? new Refusal(Refusal.Kind.MALFORMED, "does not decode")
                    : new Ack(agent, ((Frame) m).sequence());
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            transport.wake(); // it would stay away for 5 s each time
            return spool.isEmpty();
        });
        assertThat(transport.takeLostOperations()).isEqualTo(7);
        assertThat(connections.get()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void unavailable_framesStayAndGoWhenItIsBack() {
        spool(1, 3);
        answer(m -> {
            if (m instanceof Hello) {
                return welcome(1 << 20);
            }
            return connections.get() < 4
                    ? new Refusal(Refusal.Kind.UNAVAILABLE, "the disk is full")
                    : new Ack(agent, ((Frame) m).sequence());
        });
        await().atMost(Duration.ofSeconds(30)).until(spool::isEmpty);
        assertThat(transport.takeLostOperations()).isZero();
        assertThat(connections.get()).isEqualTo(4);
    }

    @Test
    void configureAndPace_areAnsweredAndEndWithTheConnection() {
        answer(m -> {
            if (m instanceof Hello) {
                return new Welcome(WireCodec.PROTOCOL_VERSION, List.of(), 1 << 20, Map.of("slow", "5ms"), 8);
            }
            Configured answer = (Configured) m;
            if (answer.version() == 8) {
                return new Configure(9, Map.of("bad", "x"));
            }
            return answer.version() == 9 && connections.get() == 1 ? new Pace(60_000) : null;
        });
        await().until(() -> !flow.isDue(59_000_000_000L, 0));
        assertThat(flow.isDue(60_000_000_000L, 0)).isTrue();
        assertThat(received.stream()
                        .filter(m -> m instanceof Configured)
                        .map(m -> ((Configured) m).problems().size()))
                .containsExactly(0, 1);
        assertThat(applied).containsExactly(Map.of("slow", "5ms"), Map.of("bad", "x"));
        assertThat(received.get(0))
                .isInstanceOfSatisfying(
                        Hello.class,
                        hello -> assertThat(hello.capabilities()).contains(Configure.CAPABILITY, Pace.CAPABILITY));
    }

    @Test
    void flow_framesThatWait_makeTheIntervalLongerByItself() {
        assertThat(flow.isDue(1_000_000_000L, 119)).isTrue();
        assertThat(flow.isDue(1_999_999_999L, 120)).isFalse();
        assertThat(flow.isDue(2_000_000_000L, 120)).isTrue();
        flow.held(true);
        assertThat(flow.isDue(Long.MAX_VALUE, 1)).isFalse();
    }
}
