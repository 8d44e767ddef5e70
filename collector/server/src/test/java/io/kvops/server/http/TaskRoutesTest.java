package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.testing.TestView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaskRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String IMPORT =
            "{\"kind\":\"import\",\"source\":\"dump.jsonl\",\"target\":\"mvstore:%s.mv\"%s}";
    private static TestView view;
    private static HttpDoor door;

    @BeforeAll
    static void open() throws Exception {
        view = new TestView();
        door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC());
        door.start();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            lines.append("{\"key\":\"").append(i).append("\",\"type\":\"string\",\"value\":\"v\"}\n");
        }
        Files.writeString(view.files().resolve("dump.jsonl"), lines);
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        view.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .timeout(Duration.ofMinutes(1));
    }

    private static JsonNode send(String method, String path, String body, int status) throws Exception {
        HttpRequest.Builder request = request("/api/v1/tasks" + path);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> answer = CLIENT.send(
                request.method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(String path) throws Exception {
        HttpResponse<String> answer =
                CLIENT.send(request("/api/v1/tasks" + path).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    @DisplayName("started, paused, resumed and cancelled; the live stream tells each of its states")
    void task_isStartedAndChanged_andTheStreamTells() throws Exception {
        HttpResponse<Stream<String>> stream = CLIENT.send(
                request("/api/v1/stream").header("Accept", "text/event-stream").build(),
                HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = stream.body()) {
            Iterator<String> told = lines.iterator();
            JsonNode dry = send("POST", "", IMPORT.formatted("a", ",\"dryRun\":true"), 200);
            assertThat(dry.path("records").asLong()).isEqualTo(500);
            String id = send("POST", "", IMPORT.formatted("a", ",\"maxOps\":1"), 201)
                    .path("id")
                    .asText();
            awaitTold(told, id, "running");
            assertThat(send("POST", "", IMPORT.formatted("a", ""), 409)
                            .path("detail")
                            .asText())
                    .startsWith("task " + id + " (import ");
            send("POST", "/" + id + "/pause", "", 200);
            awaitTold(told, id, "paused");
            send("POST", "/" + id + "/resume", "", 200);
            awaitTold(told, id, "running");
            assertThat(send("POST", "/" + id + "/cutover", "", 400)
                            .path("detail")
                            .asText())
                    .contains("only a live sync");
            send("POST", "/" + id + "/cancel", "{}", 200);
            awaitTold(told, id, "cancelled");
            assertThat(get("/" + id + "?lines=5").at("/task/result/left").asText())
                    .endsWith("the source is untouched");
            send("POST", "/" + id + "/cancel", "", 409);
        }
    }

    private static void awaitTold(Iterator<String> lines, String id, String state) throws Exception {
        boolean task = false;
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("event: ")) {
                task = line.equals("event: task");
            } else if (task && line.startsWith("data: ")) {
                JsonNode news = JSON.readTree(line.substring("data: ".length()));
                if (news.at("/task/id").asText().equals(id)
                        && news.at("/task/state").asText().equals(state)) {
                    return;
                }
            }
        }
        throw new AssertionError("the stream ended before task " + id + " was " + state);
    }

    @Test
    void list_comesInPages_andByState() throws Exception {
        List<String> ids = new ArrayList<>();
        for (String name : List.of("p", "q", "r")) {
            ids.add(
                    0,
                    send("POST", "", IMPORT.formatted(name, ""), 201).path("id").asText());
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() ->
                            get("/" + ids.get(0)).at("/task/state").asText().equals("done"));
        }
        List<String> found = new ArrayList<>();
        String next = "";
        while (next != null) {
            JsonNode page = get("?state=done&kind=import&limit=2" + next);
            assertThat(page.path("tasks").size()).isLessThanOrEqualTo(2);
            page.path("tasks").forEach(task -> found.add(task.path("id").asText()));
            next = page.path("next").isNull()
                    ? null
                    : "&cursor=" + page.path("next").asText();
        }
        assertThat(found).containsAll(ids).doesNotHaveDuplicates();
        assertThat(send("POST", "", "{\"kind\":\"import\",\"sourse\":\"a\"}", 400)
                        .path("detail")
                        .asText())
                .contains("did you mean source?");
        assertThat(send("POST", "", IMPORT.formatted("s", ",\"dryRun\":1"), 400)
                        .path("detail")
                        .asText())
                .isEqualTo("dryRun: expected true or false");
        String away =
                "{\"kind\":\"verify\",\"source\":\"redis://127.0.0.1:1\",\"target\":\"mvstore:p.mv\",\"dryRun\":true}";
        assertThat(send("POST", "", away, 422).path("detail").asText())
                .startsWith("verify redis://127.0.0.1:1 to ")
                .contains(" can't be planned: ");
    }
}
