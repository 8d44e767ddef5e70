package io.kvops.stores.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.Readings;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;

/** Whatever answers on memcached's port is measured or refused in one line. */
class MemcachedStatsFuzzTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** The parser's first bound, and something beyond it. */
    private static final int LONGEST = 1 << 14;

    @FuzzTest(maxDuration = "60s")
    void measure(FuzzedDataProvider data) throws IOException {
        byte[] answers = data.consumeBytes(LONGEST);
        Reading reading = Readings.empty();
        // the fuzzer takes any connection for a finding
        try (SilentCloseable allowed = BugDetectors.allowNetworkConnections((host, port) -> true);
                ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MemcachedConnection connection = new MemcachedConnection(
                        StoreAddress.parse("memcached://127.0.0.1:" + listening.getLocalPort()),
                        new ProbeContext(TIMEOUT, Clock.systemUTC(), System::nanoTime, true))) {
            assertThat(allowed).isNotNull();
            Thread server = new Thread(() -> answer(listening, answers), "answers");
            server.start();
            try {
                connection.measure(reading);
            } catch (StoreException e) {
                assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
            }
        }
        assertThat(reading.values()).hasSizeLessThanOrEqualTo(Reading.MAX_VALUES);
        assertThat(reading.values().values()).allMatch(Double::isFinite);
    }

    /** All at once: the questions come in an order that does not depend on the answers. */
    private static void answer(ServerSocket listening, byte[] answers) {
        try (Socket socket = listening.accept();
                OutputStream out = socket.getOutputStream()) {
            out.write(answers);
            socket.shutdownOutput();
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            // the one who asked has heard enough
        }
    }
}
