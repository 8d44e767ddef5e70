package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.rules.Labels;
import io.kvops.server.testing.TestView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final TestView VIEW = new TestView();
    private static HttpDoor door;

    @BeforeAll
    static void open() throws Exception {
        door = new HttpDoor(HttpConfig.builder().port(0).build(), VIEW, Clock.systemUTC());
        door.start();
        Instant now = Clock.systemUTC().instant();
        for (String store : new String[] {"redis://a:1", "redis://b:1"}) {
            Labels labels = Labels.of("kind", "redis", "subject", store);
            VIEW.alerts.add("memory.used.bytes", labels, now, store.contains("a") ? 95 : 50);
            VIEW.alerts.add("memory.limit.bytes", labels, now, 100);
        }
        VIEW.alerts.evaluate();
    }

    @AfterAll
    static void close() throws Exception {
        door.close();
        VIEW.close();
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/api/v1/alerts" + path));
        if (body.isEmpty()) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    @DisplayName("alerts: firing first, by pages, by filters")
    void alerts_areListed() throws Exception {
        JsonNode all = json("");
        assertThat(all.path("counts").toString()).isEqualTo("{\"pending\":2,\"firing\":1,\"resolved\":0}");
        assertThat(all.at("/alerts/0/name").asText()).isEqualTo("MemoryHigh");
        assertThat(all.at("/alerts/0/annotations/summary").asText()).isEqualTo("redis://a:1 uses 95 % of its memory");
        assertThat(json("?state=pending&subject=redis://b:1").path("alerts")).hasSize(1);
        assertThat(json("?level=critical").path("alerts")).hasSize(1);
        assertThat(json("?name=MemoryGrows").path("alerts")).hasSize(2);
        JsonNode first = json("?limit=2");
        assertThat(first.path("alerts")).hasSize(2);
        JsonNode rest = json("?limit=2&cursor=" + first.path("next").asText());
        assertThat(rest.path("alerts")).hasSize(1);
        assertThat(rest.path("next").isNull()).isTrue();
    }

    @Test
    void rules_sayHowTheyDo() throws Exception {
        JsonNode rules = json("/rules");
        assertThat(rules.at("/rules/0/firing").asInt()).isEqualTo(1);
        assertThat(rules.at("/rules/0/series").asInt()).isEqualTo(2);
        assertThat(rules.at("/rules/1/pending").asInt()).isEqualTo(2);
        assertThat(rules.at("/rules/1/forSeconds").asDouble()).isEqualTo(3_600);
    }

    @Test
    @DisplayName("a silence: what it fits is not told, until it is ended")
    void silence_holdsUntilItIsEnded() throws Exception {
        HttpResponse<String> made = send("POST", "/silences", """
                {"matchers": ["subject=redis://a:1", "alertname=\\"MemoryHigh\\""], "duration": "2h", "comment": "resizing"}
                """);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String id = JSON.readTree(made.body()).path("id").asText();
        assertThat(json("?name=MemoryHigh").at("/alerts/0/mutedBy").asText()).isEqualTo("silence " + id);
        assertThat(json("?name=MemoryGrows&subject=redis://a:1")
                        .at("/alerts/0/mutedBy")
                        .asText())
                .isEmpty();
        JsonNode listed = json("/silences").at("/silences/0");
        assertThat(listed.path("state").asText()).isEqualTo("active");
        assertThat(listed.path("comment").asText()).isEqualTo("resizing");

        assertThat(send("DELETE", "/silences/" + id, "").statusCode()).isEqualTo(204);
        assertThat(json("?name=MemoryHigh").at("/alerts/0/mutedBy").asText()).isEmpty();
        assertThat(json("/silences").at("/silences/0/state").asText()).isEqualTo("ended");
        assertThat(send("DELETE", "/silences/" + id, "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {};                                                            matchers: expected a list
            {"matchers": "a=b", "duration": "1h"};                         matchers: expected a list
            {"matchers": ["a"], "duration": "1h"};                         matchers: 'a' (expected LABEL=VALUE
            {"matchers": ["a=~("], "duration": "1h"};                      expected a regular expression
            {"matchers": ["a=b"]};                                         expected either ends, a time, or duration
            {"matchers": ["a=b"], "duration": "1h", "ends": "2030-01-01T00:00:00Z"}; expected either ends
            {"matchers": ["a=b"], "duration": "soon"};                     duration: soon (expected 1s to 366d
            {"matchers": ["a=b"], "ends": "2020-01-01T00:00:00Z"};         ends: 2020-01-01T00:00:00Z
            {"matchers": ["a=b"], "duration": "1h", "who": "me"};          who
            """)
    void wrongSilence_isRefused_withTheReason(String body, String expected) throws Exception {
        HttpResponse<String> answer = send("POST", "/silences", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("detail").asText()).contains(expected);
    }

    @Test
    void receiver_isTested_orNotThere() throws Exception {
        HttpResponse<String> tested = send("POST", "/receivers/log/test", "");
        assertThat(tested.statusCode()).as(tested.body()).isEqualTo(200);
        assertThat(JSON.readTree(tested.body()).path("delivered").asBoolean()).isTrue();
        assertThat(json("/receivers").at("/receivers/0/sent").asLong()).isPositive();
        assertThat(send("POST", "/receivers/nobody/test", "").statusCode()).isEqualTo(404);
    }
}
