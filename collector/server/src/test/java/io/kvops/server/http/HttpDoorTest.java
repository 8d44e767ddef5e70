package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.Report;
import io.kvops.server.testing.TestView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDoorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");
    private static final TestView VIEW = new TestView();
    private static HttpDoor door;

    @BeforeAll
    static void open() throws IOException {
        door = new HttpDoor(config(0, 50, 3), VIEW, Clock.systemUTC());
        door.start();
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        door.close();
        VIEW.close();
    }

    @Test
    void report_isJsonUnlessAskedOtherwise() throws Exception {
        HttpResponse<String> response = get("/api/v1/report?last=1h");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode report = JSON.readTree(response.body());
        assertThat(report.path("totals").path("ops").asLong()).isZero();
        assertThat(Instant.parse(report.path("window").path("from").asText()))
                .isBefore(Instant.parse(report.path("window").path("to").asText()));
    }

    @Test
    void report_hasTheContractedNames() throws Exception {
        List<String> names = new ArrayList<>();
        JSON.readTree(get("/api/v1/report").body()).fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .contains(
                        "window",
                        "totals",
                        "series",
                        "hotKeys",
                        "patterns",
                        "slowOps",
                        "findings",
                        "internal",
                        "dropped");
    }

    @Test
    void report_asHtml_mayUseItsOwnStyle_butLoadNothing() throws Exception {
        HttpResponse<String> response = get("/api/v1/report?format=html");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.headers().allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("default-src 'none'");
        assertThat(get("/api/v1/report?format=md").body()).startsWith("#");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/report?last=soon|400|last: soon",
                "/api/v1/report?from=2026-01-01|400|ISO-8601",
                "/api/v1/report?format=%00%ff|400|not UTF-8",
                "/api/v1/nothing|404|nothing at /api/v1/nothing",
                "/..%2f..%2fetc/passwd|404|nothing at",
                "/vendor|404|nothing at",
                "/simplelogger.properties|404|nothing at",
            })
    void wrongQuestions_areProblemDocuments(String path, int status, String detail) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("detail").asText()).contains(detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"})
    void otherMethods_areNotTaken(String method) throws Exception {
        for (String path : List.of("/", "/api/v1/report", "/api/v1/stream", "/healthz")) {
            String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 405 ")
                    .contains("application/problem+json")
                    .containsIgnoringCase("allow: GET, HEAD, OPTIONS");
        }
        assertThat(raw("OPTIONS /api/v1/config HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 204 ")
                .containsIgnoringCase("allow: GET, PUT, PATCH, HEAD, OPTIONS");
    }

    @Test
    void head_hasNoBody() throws Exception {
        String answer = raw("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
    }

    @Test
    void everyAnswer_hasTheSecurityHeaders() throws Exception {
        for (String path :
                List.of("/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/api/v1/report", "/none")) {
            HttpResponse<String> response = get(path);
            assertThat(response.headers().firstValue("Content-Security-Policy"))
                    .as(path)
                    .isPresent();
            assertThat(response.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .contains("nosniff");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:7180, 200",
        "127.0.0.1:1, 200",
        "[::1]:7180, 200",
        "127.0.0.53, 200",
        "evil.example, 421",
        "localhost.evil.example:7180, 421",
        "127.0.0.1.evil.example, 421",
        "10.0.0.1, 421",
        "'', 421"
    })
    void hostHeader_hasToNameLoopback(String host, int status) throws Exception {
        assertThat(raw("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void slowReports_areBounded_andKeepNobodyFromMetrics() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TestView slow = new TestView() {
            @Override
            public Report report(Instant from, Instant to) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.report(from, to);
            }
        };
        try (HttpDoor busy = new HttpDoor(config(0, 50, 3), slow, Clock.systemUTC())) {
            busy.start();
            String base = "http://127.0.0.1:" + busy.port();
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                asked.add(CLIENT.sendAsync(
                        HttpRequest.newBuilder(URI.create(base + "/api/v1/report"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            await().until(() -> asked.stream().filter(CompletableFuture::isDone).count() == 4);
            assertThat(CLIENT.send(
                                    HttpRequest.newBuilder(URI.create(base + "/metrics"))
                                            .timeout(Duration.ofSeconds(10))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            release.countDown();
            List<Integer> statuses =
                    asked.stream().map(answer -> answer.join().statusCode()).toList();
            assertThat(statuses.stream().filter(status -> status == 200)).hasSize(16);
            assertThat(statuses.stream().filter(status -> status == 503)).hasSize(4);
        } finally {
            release.countDown();
        }
    }

    @Test
    void repeatedHostHeader_isRefused() throws Exception {
        assertThat(raw("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @CsvSource({"414, 9000, 1", "431, 1, 40000"})
    void tooLongRequests_areProblemDocuments(int status, int query, int header) throws Exception {
        String answer = raw("GET /healthz?q=" + "q".repeat(query) + " HTTP/1.1\r\nHost: localhost\r\nX-Long: "
                + "x".repeat(header) + "\r\n\r\n");
        // of a request line that was not read to its end no version is known
        assertThat(answer)
                .matches("(?s)HTTP/1\\.[01] " + status + " .*")
                .containsIgnoringCase("Content-Type: application/problem+json");
        assertThat(JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                        .path("status")
                        .asInt())
                .isEqualTo(status);
    }

    @Test
    void hostileBytes_neverMakeA5xx_norStopTheDoor() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> answers = new ArrayList<>();
        answers.add(raw("GET / HTTP/1.1\r\n\r\n"));
        answers.add(raw("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        answers.add(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(100_000) + "\r\n\r\n"));
        answers.add(raw("GET /%zz%1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        answers.add(raw("GET /api/v1/report?last=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        answers.add(raw("GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        answers.add(raw("GET / HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        answers.add(raw("POST /api/v1/report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"));
        answers.add(raw("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(1, 300)];
            random.nextBytes(bytes);
            answers.add(raw("GET /" + new String(bytes, StandardCharsets.ISO_8859_1) + "\r\n\r\n"));
        }
        assertThat(answers).as("seed %d", seed).noneMatch(answer -> answer.startsWith("HTTP/1.1 5"));
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void readiness_followsTheCollector() throws Exception {
        VIEW.ready.set(false);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        VIEW.ready.set(true);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void livePage_isServedWithItsAssets_andRevalidated() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        String tag = page.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = CLIENT.send(
                HttpRequest.newBuilder(uri("/")).header("If-None-Match", tag).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(get("/vendor/uplot/uPlot.min.css").headers().firstValue("Content-Type"))
                .contains("text/css; charset=utf-8");
    }

    @Test
    void stream_sendsASnapshotEachSecond_withIds() throws Exception {
        try (Socket socket = connect()) {
            BufferedReader lines = stream(socket);
            List<String> ids = new ArrayList<>();
            List<String> data = new ArrayList<>();
            boolean retry = false;
            while (data.size() < 2) {
                String line = lines.readLine();
                retry |= line.startsWith("retry: ");
                if (line.startsWith("id: ")) {
                    ids.add(line);
                }
                if (line.startsWith("data: ")) {
                    data.add(line.substring("data: ".length()));
                }
            }
            assertThat(retry).isTrue();
            assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2);
            assertThat(JSON.readTree(data.get(1)).path("timeline").isArray()).isTrue();
        }
    }

    @Test
    void streams_areBounded_andForgottenWhenTheyEnd() throws Exception {
        await().until(() -> door.openStreams() == 0);
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Socket socket = connect();
                open.add(socket);
                stream(socket).readLine();
            }
            assertThat(get("/api/v1/stream").statusCode()).isEqualTo(429);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> door.openStreams() == 0);
    }

    @Test
    void clientThatDoesNotRead_isSkipped_andLetGo_whileOthersAreServed() throws Exception {
        Map<String, Long> many = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
            many.put("some reason that makes the snapshot large, number " + i, 1L);
        }
        TestView large = new TestView() {
            @Override
            public LiveSnapshot live() {
                return super.live().withDropped(many);
            }
        };
        try (HttpDoor wide = new HttpDoor(config(0, 10, 3), large, Clock.systemUTC())) {
            wide.start();
            try (Socket idle = new Socket();
                    Socket reader = new Socket(InetAddress.getLoopbackAddress(), wide.port())) {
                idle.setReceiveBufferSize(4096);
                idle.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), wide.port()));
                stream(idle);
                BufferedReader lines = stream(reader);
                await().until(() -> wide.openStreams() == 2);
                await("the idle client to be skipped and let go")
                        .atMost(Duration.ofSeconds(40))
                        .until(() -> {
                            while (lines.ready()) {
                                lines.readLine();
                            }
                            // to be let go takes its ten seconds
                            return Boolean.getBoolean("kvops.proof")
                                    ? wide.openStreams() == 1
                                    : wide.skippedEvents() > 0;
                        });
                assertThat(lines.readLine()).isNotNull();
            }
        }
    }

    @Test
    void descriptionOfTheReport_namesWhatTheReportHas() throws Exception {
        JsonNode schema = JSON.readTree(get("/openapi.json").body()).at("/components/schemas/Report/properties");
        List<String> described = new ArrayList<>();
        schema.fieldNames().forEachRemaining(described::add);
        List<String> real = new ArrayList<>();
        JSON.readTree(get("/api/v1/report").body()).fieldNames().forEachRemaining(real::add);
        assertThat(described).containsExactlyInAnyOrderElementsOf(real);
    }

    @Test
    void takenPort_isABindException() throws Exception {
        try (HttpDoor second = new HttpDoor(config(door.port(), 5, 5), VIEW, Clock.systemUTC())) {
            assertThatThrownBy(second::start).isInstanceOf(BindException.class);
        }
    }

    private static HttpConfig config(int port, int connections, int streams) {
        return HttpConfig.builder()
                .port(port)
                .maxConnections(connections)
                .maxStreams(streams)
                .build();
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + door.port() + path);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static BufferedReader stream(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Sends bytes and returns what comes back until the whole first answer is there, or the door closes, or 5 s passed. */
    private static String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(5_000);
            StringBuilder answer = new StringBuilder();
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                InputStream in = socket.getInputStream();
                byte[] buffer = new byte[8192];
                boolean head = request.startsWith("HEAD ");
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                    if (!head && isWhole(answer.toString())) {
                        break;
                    }
                }
            } catch (IOException e) {
                // no more came, or the door closed the connection: what came counts
            }
            return answer.toString();
        }
    }

    private static boolean isWhole(String answer) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        Matcher length = LENGTH.matcher(answer);
        return body > 4 && length.find() && answer.length() >= body + Integer.parseInt(length.group(1));
    }
}
