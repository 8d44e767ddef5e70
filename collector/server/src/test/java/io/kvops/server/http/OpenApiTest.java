package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.analyzer.OpType;
import io.kvops.history.Event;
import io.kvops.history.GaugePoint;
import io.kvops.server.testing.TestView;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** openapi.json says what there is: every route is in it, everything in it answers, and answers are as it says. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TestView VIEW = new TestView();
    private static HttpDoor door;
    private static JsonNode api;

    @BeforeAll
    static void open() throws Exception {
        long now = Clock.systemUTC().millis();
        VIEW.history.addGauges(List.of(new GaugePoint(now - 5_000, "redis", "redis://h:1", "memory.used.bytes", 12)));
        VIEW.history.addEvents(List.of(new Event(now - 5_000, "alert", "info", "test", "h", "Something", "{\"a\":1}")));
        for (int i = 0; i < 50; i++) {
            VIEW.analyzer.start("redis", OpType.GET, "user:" + i).close();
        }
        door = new HttpDoor(HttpConfig.builder().port(0).build(), VIEW, Clock.systemUTC());
        door.start();
        try (InputStream in = HttpDoor.class.getResourceAsStream("openapi.json")) {
            api = JSON.readTree(in);
        }
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        VIEW.close();
    }

    @Test
    void routesAndDescription_nameTheSame() {
        Set<String> routes = new TreeSet<>();
        for (Route route : NothingGetsThroughTest.routes()) {
            routes.add(
                    route.method().toLowerCase(Locale.ROOT) + " " + route.path() + " " + new TreeSet<>(route.params()));
        }
        routes.add("get /api/v1/stream []");
        Set<String> described = new TreeSet<>();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    Set<String> parameters = new TreeSet<>();
                    for (JsonNode parameter : method.getValue().path("parameters")) {
                        if (parameter.path("in").asText().equals("query")) {
                            parameters.add(parameter.path("name").asText());
                        }
                    }
                    described.add(method.getKey() + " " + path.getKey() + " " + parameters);
                }));
        assertThat(described).isEqualTo(routes);
    }

    @Test
    void everyGet_answersAsDescribed() throws Exception {
        int checked = 0;
        for (var path : api.path("paths").properties()) {
            JsonNode get = path.getValue().path("get");
            if (get.isMissingNode() || path.getKey().equals("/api/v1/stream")) {
                continue;
            }
            HttpResponse<String> response = ask("GET", path.getKey().replace("{version}", "1"), "", "");
            assertThat(response.statusCode()).as(path.getKey()).isEqualTo(200);
            validate(get, response, path.getKey());
            checked++;
        }
        assertThat(checked).isGreaterThan(20);
    }

    @Test
    void changes_answerAsDescribed() throws Exception {
        check("POST", "/api/v1/config/validate", "application/yaml", "a: wrong\n", 200);
        check("PUT", "/api/v1/config", "application/yaml", "a: wrong\n", 422);
        check("PUT", "/api/v1/config", "application/yaml", "a: 2\n", 200);
        check("PATCH", "/api/v1/config", "application/json", "{\"a\":3}", 200);
        check("PATCH", "/api/v1/config", "application/json", "{\"a\":null}", 400);
        check("PUT", "/api/v1/config", "text/plain", "a: 2\n", 415);
        check(
                "POST",
                "/api/v1/query",
                "application/json",
                "{\"sql\": \"SELECT 1 AS one, 'a' AS two, NULL AS three\"}",
                200);
        check("POST", "/api/v1/query", "application/json", "{\"sql\": \"DROP TABLE x\"}", 400);
        check("POST", "/api/v1/query", "application/json", "{\"sql\": \"SELECT 1\", \"timeout\": \"x\"}", 400);
        check("POST", "/api/v1/history/backup", "application/json", "{\"name\": \"../x\"}", 400);
        check("POST", "/api/v1/history/upkeep", "", "", 200);
        check("POST", "/api/v1/config/reload", "", "", 200);
        check("POST", "/api/v1/login", "application/json", "{\"token\":\"any\"}", 204);
        check("POST", "/api/v1/logout", "", "", 204);
    }

    @Test
    void answers_haveTags_andCompress() throws Exception {
        HttpRequest first = HttpRequest.newBuilder(uri("/openapi.json")).build();
        HttpClient client = HttpClient.newHttpClient();
        String tag = client.send(first, HttpResponse.BodyHandlers.ofString())
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        HttpRequest again = HttpRequest.newBuilder(uri("/openapi.json"))
                .header("If-None-Match", tag)
                .build();
        assertThat(client.send(again, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(304);
        HttpRequest small = HttpRequest.newBuilder(uri("/openapi.json"))
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<byte[]> compressed = client.send(small, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(compressed.body().length).isLessThan(8_000);
    }

    private static void check(String method, String path, String type, String body, int status) throws Exception {
        HttpResponse<String> response = ask(method, path, type, body);
        assertThat(response.statusCode())
                .as(method + " " + path + ": " + response.body())
                .isEqualTo(status);
        validate(api.path("paths").path(path).path(method.toLowerCase(Locale.ROOT)), response, method + " " + path);
    }

    private static HttpResponse<String> ask(String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        request.method(
                method,
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + door.port() + path);
    }

    private static void validate(JsonNode operation, HttpResponse<String> response, String where) throws Exception {
        JsonNode described = resolved(operation.path("responses").path(String.valueOf(response.statusCode())));
        assertThat(described.isObject())
                .as(where + " describes " + response.statusCode())
                .isTrue();
        if (response.statusCode() == 204) {
            return;
        }
        String type =
                response.headers().firstValue("Content-Type").orElseThrow().split(";", 2)[0];
        JsonNode content = described.path("content").path(type);
        assertThat(content.isObject()).as(where + " describes " + type).isTrue();
        if (type.endsWith("json")) {
            List<String> wrong = new ArrayList<>();
            Schemas.validate(api, content.path("schema"), JSON.readTree(response.body()), "$", wrong);
            assertThat(wrong).as(where).isEmpty();
        }
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(node.path("$ref").asText().substring(1)) : node;
    }
}
