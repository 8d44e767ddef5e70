package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.history.GaugePoint;
import io.kvops.history.HistoryConfig;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.server.testing.TestView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may see what in SQL, and for how long. */
class HistoryRoutesTest {
    private static final AccessToken OPERATOR = new AccessToken("olga", "operator-0123456789abcdef", Role.OPERATOR);
    private static final AccessToken ADMIN = new AccessToken("ada", "admin-0123456789abcdef", Role.ADMIN);

    @TempDir
    private Path folder;

    @Test
    void audit_isForAdmins_inSqlAsAtItsRoute() throws Exception {
        try (TestView view = new TestView(HistoryConfig.of(folder.resolve("history")));
                HttpDoor door = door(view, Duration.ofSeconds(30))) {
            view.history.addEvents(
                    List.of(new Event(Clock.systemUTC().millis(), "audit", "info", "ada", "config", "t", "{}")));
            String sql = "SELECT title FROM events WHERE kind = 'audit'";
            for (String accept : List.of("application/json", "text/csv")) {
                assertThat(query(door, ADMIN, sql, accept).body()).containsPattern("\"t\"|title\nt\n");
                assertThat(query(door, OPERATOR, sql, accept).body()).doesNotContainPattern("\"t\"|title\nt\n");
            }
        }
    }

    @Test
    @Timeout(60)
    void aQueryThatIsGivenUp_isCancelled() throws Exception {
        try (TestView view = new TestView(HistoryConfig.of(folder.resolve("history")));
                HttpDoor door = door(view, Duration.ofSeconds(1))) {
            String sql = "SELECT count(*) FROM range(1000000) a, range(1000000) b";
            assertThat(query(door, OPERATOR, sql, "application/json").statusCode())
                    .isEqualTo(503);
            await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("kvops-history-query")));
        }
    }

    @Test
    @DisplayName("symptom: gauges that were cut at the limit looked like all there were")
    void gauges_pastTheLimit_areSaidToBeCut() throws Exception {
        try (TestView view = new TestView(HistoryConfig.of(folder.resolve("history")));
                HttpDoor door = door(view, Duration.ofSeconds(60))) {
            long now = Clock.systemUTC().millis();
            view.history()
                    .addGauges(IntStream.range(0, 3)
                            .mapToObj(i -> new GaugePoint(now - 1_000, "host", "h", "x" + i + ".value", i))
                            .toList());
            for (int limit = 1; limit <= 4; limit++) {
                JsonNode answer = new ObjectMapper()
                        .readTree(get(door, "/api/v1/gauges?last=1h&limit=" + limit)
                                .body());
                assertThat(answer.get("gauges")).hasSize(Math.min(limit, 3));
                assertThat(answer.get("truncated").asBoolean()).isEqualTo(limit < 3);
            }
        }
    }

    private static HttpResponse<String> get(HttpDoor door, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .header("Authorization", "Bearer " + OPERATOR.secret())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpDoor door(TestView view, Duration computeTimeout) throws Exception {
        HttpDoor door = new HttpDoor(
                HttpConfig.builder()
                        .port(0)
                        .computeTimeout(computeTimeout)
                        .tokens(List.of(OPERATOR, ADMIN))
                        .build(),
                view,
                Clock.systemUTC());
        door.start();
        return door;
    }

    private static HttpResponse<String> query(HttpDoor door, AccessToken token, String sql, String accept)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/api/v1/query"))
                .header("Authorization", "Bearer " + token.secret())
                .header("Accept", accept)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"timeout\":\"5m\",\"sql\":\"" + sql + "\"}"))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
