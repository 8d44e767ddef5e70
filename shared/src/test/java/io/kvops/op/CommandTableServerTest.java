package io.kvops.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the table with the {@code COMMAND} of a real server. */
class CommandTableServerTest {
    private static final String MISSING = "no redis-server on the PATH: apt-get install redis-server";

    @Test
    void keyIndex_ofEveryCommandOfARealServer_isTheServers(@TempDir Path dir) throws Exception {
        String binary = onPath("redis-server");
        if (binary == null && Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError(MISSING);
        }
        assumeTrue(binary != null, MISSING);
        int port = freePort();
        Process server = new ProcessBuilder(
                        binary,
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        dir.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("redis.log").toFile())
                .start();
        try {
            compare(commands(port));
        } finally {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static void compare(List<?> commands) {
        assertThat(commands).hasSizeGreaterThan(200);
        SoftAssertions softly = new SoftAssertions();
        for (Object command : commands) {
            List<?> fields = (List<?>) command;
            String name = ((String) fields.get(0)).toUpperCase(Locale.ROOT);
            boolean movable = ((List<?>) fields.get(2)).contains("movablekeys");
            long first = (Long) fields.get(3);
            for (Object subcommand : fields.size() > 9 ? (List<?>) fields.get(9) : List.of()) {
                first = Math.max(first, (Long) ((List<?>) subcommand).get(3));
            }
            softly.assertThat(CommandTable.opClass("redis", name))
                    .as("class of %s", name)
                    .isNotEqualTo(OpClass.OTHER);
            int index = CommandTable.keyIndex(name);
            if (movable && first == 0) {
                softly.assertThat(index).as("key of %s", name).isNegative();
            } else {
                softly.assertThat(index).as("key of %s", name).isEqualTo((int) first);
                long last = (Long) fields.get(4);
                softly.assertThat(CommandTable.keyStep(name))
                        .as("step of %s", name)
                        .isEqualTo(
                                last < 0 && !name.equals("BITOP")
                                        ? ((Long) fields.get(5)).intValue()
                                        : last < 0 ? 1 : 0);
                softly.assertThat(CommandTable.wordsAfterKeys(name))
                        .as("words after the keys of %s", name)
                        .isEqualTo(last < 0 ? (int) (-last - 1) : 0);
            }
        }
        softly.assertAll();
    }

    private static List<?> commands(int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Awaitility.await().ignoreExceptions().until(() -> {
            try (Socket probe = new Socket()) {
                probe.connect(address);
                return true;
            }
        });
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.getOutputStream().write("COMMAND\r\n".getBytes(StandardCharsets.US_ASCII));
            return (List<?>) reply(new DataInputStream(new BufferedInputStream(socket.getInputStream())));
        }
    }

    private static Object reply(DataInputStream in) throws IOException {
        int type = in.readByte();
        StringBuilder line = new StringBuilder();
        for (int b = in.readByte(); b != '\r'; b = in.readByte()) {
            line.append((char) b);
        }
        in.readByte();
        switch (type) {
            case '*':
                List<Object> list = new ArrayList<>();
                for (int n = Integer.parseInt(line.toString()); n > 0; n--) {
                    list.add(reply(in));
                }
                return list;
            case '$':
                int length = Integer.parseInt(line.toString());
                byte[] bytes = new byte[Math.max(0, length)];
                in.readFully(bytes);
                in.skipBytes(length < 0 ? 0 : 2);
                return new String(bytes, StandardCharsets.UTF_8);
            case ':':
                return Long.valueOf(line.toString());
            default:
                return line.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path candidate = Path.of(folder, program);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return null;
    }
}
