package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.analyzer.OpType;
import io.kvops.history.Batch;
import io.kvops.history.Event;
import io.kvops.history.GaugePoint;
import io.kvops.history.HistoryConfig;
import io.kvops.history.SeriesId;
import io.kvops.history.SlowOpPoint;
import io.kvops.op.OpClass;
import io.kvops.server.testing.TestView;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** openapi.json says what there is: every route is in it, everything in it answers, and answers are as it says. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static TestView view;

    @TempDir
    private static Path folder;

    private static HttpDoor door;
    private static JsonNode api;
    private static String task;

    @BeforeAll
    static void open() throws Exception {
        view = new TestView(HistoryConfig.of(Files.createDirectory(folder.resolve("history"))));
        long now = Clock.systemUTC().millis();
        view.history.addGauges(List.of(new GaugePoint(now - 5_000, "redis", "redis://h:1", "memory.used.bytes", 12)));
        List<GaugePoint> grows = new ArrayList<>();
        for (int minute = 100; minute > 0; minute--) {
            long at = now - minute * 60_000;
            grows.add(new GaugePoint(at, "redis", "redis://h:2", "memory.used.bytes", 2e9 - minute * 1e7));
            grows.add(new GaugePoint(at, "redis", "redis://h:2", "memory.limit.bytes", 3e9));
        }
        view.history.addGauges(grows);
        view.history.addEvents(List.of(new Event(now - 5_000, "alert", "info", "test", "h", "Something", "{\"a\":1}")));
        for (int i = 0; i < 50; i++) {
            view.analyzer.start("redis", OpType.GET, "user:" + i).close();
        }
        view.backups = Optional.of(folder.resolve("backups"));
        task = view.tasks
                .submit(
                        view.tasks.read(JSON.createObjectNode()
                                .put("kind", "export")
                                .put("source", "mvstore:a.mv")
                                .put("target", "b.kvb")),
                        "test")
                .id();
        door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC());
        door.start();
        try (InputStream in = HttpDoor.class.getResourceAsStream("openapi.json")) {
            api = JSON.readTree(in);
        }
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        view.close();
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
            String parameter = path.getKey().startsWith("/api/v1/tasks/") ? task : "1";
            HttpResponse<String> response = ask("GET", path.getKey().replaceAll("\\{[a-z]+}", parameter), "", "");
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
        String endless = "{\"sql\": \"SELECT 1\", \"timeout\": \"PT9223372036854775807S\"}";
        check("POST", "/api/v1/query", "application/json", endless, 400);
        check("POST", "/api/v1/history/backup", "application/json", "{\"name\": \"../x\"}", 400);
        check("POST", "/api/v1/history/backup", "application/json", "{\"name\": \"b1\"}", 200);
        check("POST", "/api/v1/history/backup", "application/json", "{\"name\": \"b1\"}", 409);
        String export = "/api/v1/history/export";
        String select = "\", \"format\": \"csv\", \"sql\": \"SELECT 1 AS one\"}";
        check("POST", export, "application/json", "{\"name\": \"e1.csv" + select, 200);
        check("POST", export, "application/json", "{\"name\": \"e1.csv" + select, 409);
        check("POST", export, "application/json", "{\"name\": \"../e1.csv" + select, 400);
        check("POST", export, "application/json", "{\"name\": \"e2\",\"format\":\"x\",\"sql\":\"SELECT 1\"}", 400);
        check("POST", export, "application/json", "{\"name\": \"e3\",\"format\":\"csv\",\"sql\":\"DROP\"}", 400);
        assertThat(folder.resolve("backups/b1/backup.json")).exists();
        assertThat(folder.resolve("history-exports/e1.csv")).hasContent("one\n1\n");
        check("POST", "/api/v1/history/upkeep", "", "", 200);
        check("POST", "/api/v1/config/reload", "", "", 200);
        check("POST", "/api/v1/login", "application/json", "{\"token\":\"any\"}", 204);
        check("POST", "/api/v1/logout", "", "", 204);
    }

    @Test
    void questions_withGroupsAndFilters_answerAsDescribed() throws Exception {
        for (String path : List.of(
                "/api/v1/breakdown?by=store,opClass,outcome&order=time&limit=3",
                "/api/v1/breakdown?by=pattern&store=redis&op=get&outcome=ok&last=10m",
                "/api/v1/breakdown?store=none",
                "/api/v1/timeline?by=op,pattern&limit=2&last=10m",
                "/api/v1/timeline?store=redis",
                "/api/v1/compare?by=store&last=10s&back=1d",
                "/api/v1/compare?beforeFrom=2026-01-01T00:00:00Z&beforeTo=2026-01-02T00:00:00Z",
                "/api/v1/flamegraph?format=json&store=redis",
                "/api/v1/flamegraph?format=folded&weight=count",
                "/api/v1/slow?min=1ns&outcome=ok&opClass=read&limit=5",
                "/api/v1/breakdown?by=nothing",
                "/api/v1/timeline?by=outcome",
                "/api/v1/breakdown?by=op,op",
                "/api/v1/slow?outcome=lost",
                "/api/v1/compare?beforeFrom=2026-01-01T00:00:00Z")) {
            String route = path.substring(0, path.indexOf('?'));
            HttpResponse<String> response = ask("GET", path, "", "");
            validate(api.path("paths").path(route).path("get"), response, path);
        }
        JsonNode groups = JSON.readTree(
                ask("GET", "/api/v1/breakdown?by=opClass,pattern", "", "").body());
        assertThat(groups.path("by").toString()).isEqualTo("[\"opClass\",\"pattern\"]");
        assertThat(groups.at("/groups/0/key").toString()).isEqualTo("{\"opClass\":\"read\",\"pattern\":\"user:{n}\"}");
        assertThat(groups.at("/groups/0/count").asInt()).isEqualTo(50);
        JsonNode course = JSON.readTree(
                ask("GET", "/api/v1/timeline?by=op&store=redis", "", "").body());
        int ops = 0;
        for (JsonNode point : course.at("/lines/0/points")) {
            ops += point.path("ops").asInt();
        }
        assertThat(ops).isEqualTo(50);
        JsonNode changes =
                JSON.readTree(ask("GET", "/api/v1/compare?by=op", "", "").body());
        assertThat(changes.at("/groups/0/countAfter").asInt()).isEqualTo(50);
        assertThat(changes.at("/groups/0/changes/0/metric").asText()).isEqualTo("rate");
    }

    @Test
    void slowLog_isPagedBySeverity_andFlamesShowWhereItCameFrom() throws Exception {
        long at = Clock.systemUTC().millis() - 3_600_000;
        List<SlowOpPoint> slow = new ArrayList<>();
        for (int i = 1; i <= 25; i++) {
            String service = i % 5 == 0 ? "billing" : "shop";
            String outcome = i == 7 ? "timeout" : "ok";
            slow.add(new SlowOpPoint(
                    at + i,
                    new SeriesId(service, service + "-1", "etcd", "e:1", "RANGE", OpClass.READ, "a/{n}", false),
                    i,
                    null,
                    false,
                    i * 1_000_000L,
                    outcome,
                    List.of("shop.Cart.load(Cart.java:1" + i + ")", "shop.Main.main(Main.java:3)")));
        }
        view.history.commit(new Batch(
                view.history.position(), List.of(), List.of(), Map.of(), slow, List.of(), Map.of(), Map.of()));
        String path = "/api/v1/slow?limit=10&store=etcd&service=shop";
        List<Long> millis = new ArrayList<>();
        String next = "&last=2h";
        while (next != null) {
            HttpResponse<String> response = ask("GET", path + next, "", "");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode page = JSON.readTree(response.body());
            page.path("slowOps")
                    .forEach(op -> millis.add(op.path("latencyNanos").asLong() / 1_000_000));
            next = page.path("next").isNull()
                    ? null
                    : "&cursor=" + page.path("next").asText();
        }
        assertThat(millis)
                .containsExactly(
                        24L, 23L, 22L, 21L, 19L, 18L, 17L, 16L, 14L, 13L, 12L, 11L, 9L, 8L, 7L, 6L, 4L, 3L, 2L, 1L);
        JsonNode timeouts = JSON.readTree(ask("GET", "/api/v1/slow?last=2h&store=etcd&outcome=timeout&min=5ms", "", "")
                .body());
        assertThat(timeouts.path("slowOps")).hasSize(1);
        assertThat(timeouts.at("/slowOps/0/latencyNanos").asLong()).isEqualTo(7_000_000);

        String folded = ask("GET", "/api/v1/flamegraph?last=2h&store=etcd&format=folded&weight=count", "", "")
                .body();
        assertThat(folded).isEqualTo("shop.Main.main;shop.Cart.load;etcd RANGE a/{n} 25\n");
        JsonNode tree = JSON.readTree(
                ask("GET", "/api/v1/flamegraph?last=2h&store=etcd", "", "").body());
        assertThat(tree.at("/root/children/0/children/0/nanos").asLong()).isEqualTo(325_000_000);
    }

    @Test
    @DisplayName("rows of a query come as CSV or Parquet too, if that is what is asked for")
    void query_answersByAccept() throws Exception {
        for (String type : List.of("text/csv", "application/vnd.apache.parquet")) {
            for (boolean cut : new boolean[] {false, true}) {
                HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/query"))
                        .header("Accept", type)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"sql\":\"SELECT unnest([7, 7]) AS n\",\"limit\":" + (cut ? 1 : 2) + "}"))
                        .build();
                HttpResponse<String> response =
                        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type")).contains(type);
                assertThat(response.headers().firstValue("X-Kvops-Truncated")).contains(String.valueOf(cut));
                assertThat(response.body()).startsWith(type.equals("text/csv") ? "n\n7\n" : "PAR1");
            }
        }
    }

    @Test
    @DisplayName("of exports to one name at a time one is written, and the others are told so")
    void exports_ofOneName_doNotReplaceEachOther() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/history/export"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"same.csv\",\"format\":\"csv\",\"sql\":\"SELECT 1 AS one\"}"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> one : asked) {
            statuses.add(one.get().statusCode());
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 409, 409, 409);
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
        assertThat(compressed.body().length).isLessThan(24_000);
    }

    @Test
    void plans_answerAsDescribed_withPricesOfOnesOwnToo() throws Exception {
        JsonNode first =
                json("/api/v1/capacity?store=redis://h:2&horizon=3h&limit=1").at("/resources/0");
        assertThat(first.at("/resource/dimension").asText()).isEqualTo("memory");
        assertThat(first.at("/thresholds/2/when/likely").asText()).startsWith("20");
        HttpResponse<String> page = ask("GET", "/api/v1/capacity?format=html&horizon=3h", "", "");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        assertThat(page.body()).contains("redis://h:2 memory.used.bytes", "<svg");
        String asked = "/api/v1/recommendations?horizon=3h&store=redis://h:2&today=2xm7g.large&growth=2x&replicas=1";
        JsonNode plan = json(asked).at("/stores/0");
        assertThat(plan.at("/first/metric").asText()).isEqualTo("memory.used.bytes");
        assertThat(plan.at("/advice/today/layout/shards").asInt()).isEqualTo(2);
        String prices = """
                currency: EUR
                dated: 2026-06-17
                source: a price list
                hoursPerMonth: 730
                hoursPerYear: 8760
                shapes:
                  - {name: small, vcpus: 2, memory: 16GiB, disk: 1TiB, connections: 10000, pricePerHour: 0.1}
                """;
        HttpResponse<String> own =
                ask("POST", "/api/v1/recommendations?horizon=3h&today=small&replicas=1", "application/yaml", prices);
        validate(api.path("paths").path("/api/v1/recommendations").path("post"), own, "POST");
        assertThat(own.body()).contains("\"perMonth\":146.00", "\"currency\":\"EUR\"");
        check("POST", "/api/v1/recommendations", "application/yaml", "a: 1\n", 422);
        for (String wrong : List.of("growth=twice", "today=huge", "threads=0", "replicas=-1", "horizon=1ms")) {
            assertThat(ask("GET", "/api/v1/recommendations?" + wrong, "", "").statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    private static JsonNode json(String path) throws Exception {
        HttpResponse<String> response = ask("GET", path, "", "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        validate(api.path("paths").path(path.substring(0, path.indexOf('?'))).path("get"), response, path);
        return JSON.readTree(response.body());
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
