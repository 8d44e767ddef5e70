package io.kvops.stores.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemcachedIT {
    private static final Map<String, Double> MOVING = Map.of(
            "uptime", 2.0,
            "curr_connections", 1.0,
            "total_connections", 1.0,
            "bytes_read", 200.0,
            "bytes_written", 20_000.0,
            "rusage_user", 0.5,
            "rusage_system", 0.5);

    @Test
    void measure_everyStat_equalsWhatARawSocketSays(@TempDir Path dir) throws Exception {
        try (ServerProcess server = ServerProcess.memcached(dir, "-m", "32");
                Socket socket = new Socket("127.0.0.1", server.port())) {
            for (int i = 0; i < 10; i++) {
                ask(socket, "set key" + i + " 0 0 5\r\nvalue", "STORED");
            }
            ask(socket, "get key1", "END");
            ask(socket, "get nothing", "END");
            ask(socket, "delete key2", "DELETED");

            Measurement found = Addresses.measure("memcached://127.0.0.1:" + server.port());
            Map<String, Double> own = ask(socket, "stats", "END");

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.values())
                    .containsEntry("keys.count", 9.0)
                    .containsEntry("hits.count.total", 1.0)
                    .containsEntry("misses.count.total", 1.0)
                    .containsEntry("operations.count.total", 13.0)
                    .containsEntry("memory.limit.bytes", 32.0 * 1024 * 1024)
                    .containsKey("memcached.slab1.used.count");
            for (MemcachedConnection.Field field : MemcachedConnection.FIELDS) {
                assertThat(own).containsKey(field.stat());
                assertThat(found.values().get(field.gauge()))
                        .as(field.stat())
                        .isCloseTo(own.get(field.stat()), within(MOVING.getOrDefault(field.stat(), 0.0) + 1e-9));
            }
        }
    }

    /** Numbers of the STAT lines up to the last line. */
    private static Map<String, Double> ask(Socket socket, String command, String end) throws Exception {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()), 1);
        Map<String, Double> stats = new TreeMap<>();
        String line;
        while (!(line = in.readLine()).equals(end)) {
            String[] words = line.split(" ");
            if (words.length == 3 && words[2].matches("[0-9.]+") && words[0].equals("STAT")) {
                stats.put(words[1], words[2].matches("\\d+(\\.\\d+)?") ? Double.parseDouble(words[2]) : -1);
            }
        }
        return stats;
    }
}
