package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.Etcd;
import io.kvops.stores.testing.FakeServer;
import io.kvops.stores.testing.ServerProcess;
import io.kvops.stores.testing.Sink;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers at the address of another kind: what was reached, and what was expected. */
class WrongServerIT {
    private static AbstractStringAssert<?> said(String address, int port) {
        return assertThatThrownBy(() -> Addresses.measure(address.replace("HERE", "127.0.0.1:" + port)))
                .as(address)
                .isInstanceOf(StoreException.class)
                .message()
                .contains("127.0.0.1:" + port)
                .doesNotContain("can't be reached");
    }

    @Test
    @DisplayName("symptom: an etcd probe at a server that answers, but is no etcd, said that it can't be reached")
    void anotherKindOfServer_isReached_andWhatWasExpectedIsSaid(@TempDir Path dir) throws Exception {
        try (ServerProcess redis = ServerProcess.redis(dir.resolve("redis"));
                ServerProcess memcached = ServerProcess.memcached(dir);
                ServerProcess etcd = Etcd.start(dir)) {
            said("etcd://HERE", redis.port()).contains("is reached", "expected etcd");
            said("etcd://HERE", memcached.port()).contains("is reached", "expected etcd");
            said("http://HERE", redis.port()).contains("is reached", "expected metrics in Prometheus' text format");
            said("http://HERE", memcached.port()).contains("is reached", "expected metrics");
            said("http://HERE/v9", etcd.port())
                    .contains("answered 404", "expected metrics", "check host, port and path");
            said("https://HERE", memcached.port()).contains("is reached, but not over TLS");
            said("etcd://HERE?tls=true", etcd.port()).contains("is reached, but not over TLS");
            said("redis://HERE", memcached.port()).contains("as no Redis does");
            said("redis://HERE", etcd.port()).containsAnyOf("as no Redis does", "expected Redis");
            said("rediss://HERE", memcached.port())
                    .contains("does not speak TLS")
                    .doesNotContain("4552524f52");
            said("memcached://HERE", redis.port()).contains("does not speak memcached's text protocol: -ERR");
            said("memcached://HERE", etcd.port()).contains("expected memcached");
        }
    }

    @Test
    void pagesOfHtml_areNoMetrics_andNoEtcd() throws Exception {
        String page = "<html>\nrequests 7\n</html>\n";
        for (String status : List.of("200 OK", "404 Not Found")) {
            try (FakeServer server = FakeServer.talking(s -> {
                s.getInputStream().read();
                s.getOutputStream()
                        .write(("HTTP/1.1 " + status + "\r\nServer: pages/1.0\r\nContent-Length: " + page.length()
                                        + "\r\n\r\n" + page)
                                .getBytes(StandardCharsets.US_ASCII));
                s.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            })) {
                boolean found = status.startsWith("200");
                said("http://HERE", server.port())
                        .contains(found ? "answers a page, and no metrics" : "answered 404 by pages/1.0, a page");
                said("etcd://HERE", server.port())
                        .contains(found ? "answers no JSON" : "answered 404 by pages/1.0, a page (expected etcd)");
            }
        }
    }

    @Test
    @DisplayName(
            "symptom: what an old Redis does not say of its clients was 0; one folder with a long name took the host down")
    void whatIsNotKnown_isAbsent_andTheRestIsMeasured(@TempDir Path dir) throws Exception {
        try (FakeServer old = FakeServer.start(command -> {
            String answer = command.startsWith("INFO")
                    ? "redis_version:5.0.0\r\nconnected_clients:1\r\n"
                    : "id=1 addr=h:1 idle=7 omem=3 cmd=client\n";
            return command.startsWith("INFO") || command.equals("CLIENT LIST")
                    ? "$" + answer.length() + "\r\n" + answer + "\r\n"
                    : "-ERR unknown command\r\n";
        })) {
            assertThat(Addresses.measure("redis://127.0.0.1:" + old.port()).values())
                    .containsEntry("redis.clients.idle.max.seconds", 7.0)
                    .containsEntry("redis.clients.output.bytes", 3.0)
                    .doesNotContainKey("redis.clients.memory.max.bytes");
        }
        Path deep = Files.createDirectories(dir.resolve("x".repeat(120)).resolve("y".repeat(120)));
        assertThat(Addresses.measure("host:" + deep).values())
                .containsKeys("memory.used.bytes", "storage.used.bytes")
                .anySatisfy((name, value) -> assertThat(name).startsWith("host.disk.used.bytes{folder="));
    }

    @Test
    @DisplayName("symptom: a page with several processes seemed to start anew whenever one came or went")
    void scrape_ofSeveralProcesses_isNoneOfThem() throws Exception {
        AtomicInteger processes = new AtomicInteger(2);
        try (FakeServer server = FakeServer.talking(s -> {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(s.getInputStream(), StandardCharsets.US_ASCII));
            String line;
            while ((line = in.readLine()) != null) {
                if (line.isEmpty()) {
                    String page = IntStream.range(0, processes.getAndIncrement())
                            .mapToObj(i -> "process_start_time_seconds{p=\"" + i + "\"} 1" + i + "\n")
                            .collect(Collectors.joining());
                    s.getOutputStream()
                            .write(("HTTP/1.1 200 OK\r\nContent-Length: " + page.length() + "\r\n\r\n" + page)
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            }
        })) {
            String address = "http://127.0.0.1:" + server.port();
            ProbeTarget often = new ProbeTarget(
                    StoreAddress.parse(address), "", Duration.ofMillis(100), Duration.ofMillis(100), Map.of());
            Sink sink = new Sink();
            try (Prober prober = Prober.open(ProberConfig.of(List.of(often)), sink, Clock.systemUTC())) {
                prober.start();
                await().until(() -> sink.of(address).size() >= 5);
            }
            assertThat(sink.events(address, StoreEvent.Type.RESTARTED)).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "symptom: etcd was down where its password was wrong, and a memcached with a password was never measured")
    void password_wrong_isRefused_andTheRightOneEnters(@TempDir Path dir) throws Exception {
        Path users = Files.writeString(dir.resolve("users"), "joe:right\n");
        try (ServerProcess memcached = ServerProcess.memcached(dir, "-Y", users.toString());
                ServerProcess etcd = Etcd.start(dir)) {
            String endpoint = "http://127.0.0.1:" + etcd.port();
            Etcd.ctl(endpoint, "user", "add", "root:right");
            Etcd.ctl(endpoint, "user", "grant-role", "root", "root");
            Etcd.ctl(endpoint, "auth", "enable");
            for (String at :
                    List.of("joe:LOGIN@127.0.0.1:" + memcached.port(), "root:LOGIN@127.0.0.1:" + etcd.port())) {
                String address = (at.startsWith("joe") ? "memcached://" : "etcd://") + at;
                assertThat(Addresses.measure(address.replace("LOGIN", "right")).values())
                        .containsKey("keys.count");
                assertThatThrownBy(() -> Addresses.measure(address.replace("LOGIN", "wr0ng")))
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.REFUSED))
                        .hasMessageContaining("check user and password")
                        .message()
                        .doesNotContain("wr0ng");
            }
        }
    }
}
