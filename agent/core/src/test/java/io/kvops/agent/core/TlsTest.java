package io.kvops.agent.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.agent.boot.TestOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    Path folder;

    private void fails(String options, String... expected) {
        Tls tls = new Tls(TestOptions.of(options));
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> tls.over(socket, "localhost", 1))
                    .isInstanceOf(IOException.class)
                    .satisfies(
                            e -> assertThat(e.getMessage()).contains(expected).doesNotContain("\n"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void files_thatAreWrong_areNamedWithTheirOptionAndWhatToDo() throws Exception {
        Path none = folder.resolve("none.pem");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing here\n");
        Path cut = Files.writeString(folder.resolve("cut.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n");
        Path garbage = Files.writeString(
                folder.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        fails("tls.ca=" + none, "tls.ca=" + none, "cannot be read");
        fails("tls.ca=" + empty, "holds no certificate", "BEGIN CERTIFICATE");
        fails("tls.ca=" + cut, "cut short");
        fails("tls.ca=" + garbage, "tls.ca=" + garbage, "cannot be read");
        fails("tls.certificate=" + empty, "go together", "tls.key is missing");
        fails("tls.certificate=" + garbage + ",tls.key=" + empty, "tls.certificate=" + garbage);
    }

    @Test
    void tls_isOnWhereAFileIsNamedAndOffWhereThatIsSaid() {
        assertThat(TestOptions.of("").tls()).isFalse();
        assertThat(TestOptions.of("tls=true").tls()).isTrue();
        assertThat(TestOptions.of("tls.ca=x").tls()).isTrue();
        assertThat(TestOptions.of("tls.ca=x,tls=false").tls()).isFalse();
    }

    @Test
    void recordSocket_bytesInPiecesOfAnySize_timesOutBetweenRecordsOnly() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RecordSocket socket = new RecordSocket()) {
            socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            try (Socket peer = server.accept()) {
                InputStream in = socket.getInputStream();
                socket.setSoTimeout(1);
                byte[] buffer = new byte[1 << 15];
                for (int round = 0; round < 200; round++) {
                    int first = random.nextInt(3) == 0 ? 0 : random.nextInt(2_000);
                    int second = 1 + random.nextInt(500);
                    byte[] bytes = new byte[5 + first + 5 + second];
                    header(bytes, 0, first);
                    header(bytes, 5 + first, second);
                    // part of it now, the rest when a read waits inside of the record
                    int now = 1 + random.nextInt(bytes.length - 1);
                    peer.getOutputStream().write(bytes, 0, now);
                    Thread later = new Thread(() -> writeRest(peer, bytes, now));
                    int got = 0;
                    boolean started = false;
                    while (got < bytes.length) {
                        int end = got < 5 + first ? 5 + first : bytes.length;
                        try {
                            int n = in.read(buffer, 0, 1 + random.nextInt(buffer.length));
                            assertThat(got + n).isLessThanOrEqualTo(end);
                            got += n;
                        } catch (SocketTimeoutException e) {
                            assertThat(got).isIn(0, 5 + first);
                        }
                        if (!started && got >= now) {
                            started = true;
                            later.start();
                        }
                    }
                    later.join();
                    assertThatThrownBy(() -> in.read(buffer)).isInstanceOf(SocketTimeoutException.class);
                }
            }
        }
    }

    private static void header(byte[] bytes, int at, int length) {
        bytes[at] = 23;
        bytes[at + 1] = 3;
        bytes[at + 2] = 3;
        bytes[at + 3] = (byte) (length >> 8);
        bytes[at + 4] = (byte) length;
    }

    private static void writeRest(Socket peer, byte[] bytes, int from) {
        try {
            peer.getOutputStream().write(bytes, from, bytes.length - from);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
