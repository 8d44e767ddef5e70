package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParamsTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final List<String> OFFERED =
            List.of("application/json", "text/html; charset=utf-8", "text/markdown");

    @Test
    void nothingAsked_isTheWindowByDefault() throws Exception {
        assertThat(window("")).isEqualTo(new Window(NOW.minus(Duration.ofHours(1)), NOW));
    }

    @Test
    void fromWithoutTo_endsNow() throws Exception {
        assertThat(window("from=2026-05-01T11:59:00Z")).isEqualTo(new Window(NOW.minusSeconds(60), NOW));
    }

    @Test
    void bytesAreUtf8_plusIsABlank() throws Exception {
        assertThat(Params.parse("a=%C3%A9+b&c&d=").get("a")).isEqualTo("é b");
        assertThat(Params.parse("a=%C3%A9+b&c&d=").get("c")).isEmpty();
        assertThat(Params.parse(null).get("a")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "last=5y|last: 5y (expected a duration",
                "last=|last:  (expected",
                "last=-1h|last: -1h",
                "last=0s|last: 0s",
                "last=1h&last=2h|more than once",
                "last=1h&from=2026-05-01T11:00:00Z|last goes alone",
                "to=2026-05-01T11:00:00Z|to needs from",
                "from=yesterday|from: yesterday (expected an ISO-8601 time",
                "from=2026-05-01T13:00:00Z|not before",
                "from=-1000000000-01-01T00:00:00Z|expected an ISO-8601",
                "from=2026-05-01T11:00:00Z&to=%2B1000000000-12-31T23:59:59.999999999Z|expected an ISO-8601",
                "lats=1h|did you mean last?",
                "zzzzzzzz=1|known: last, from, to",
                "=1|unknown parameter without a name; known",
                "last=%zz|not followed by two hexadecimal digits",
                "last=%4|not followed by two hexadecimal digits",
                "last=%FF|not UTF-8",
            })
    void wrongQuestion_saysWhatIsExpected(String query, String expected) {
        assertThatThrownBy(() -> window(query)).isInstanceOf(BadRequest.class).hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|application/json",
                "application/json|application/json",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|text/html; charset=utf-8",
                "text/markdown|text/markdown",
                "''|application/json",
                "text/*;q=0.3, application/json;q=0.2|text/html; charset=utf-8",
                "application/json;q=0, */*|text/html; charset=utf-8",
                "image/png|",
                "text/html;q=nonsense|text/html; charset=utf-8",
            })
    void accept_choosesTheType(String accept, String expected) {
        assertThat(Accept.choose(accept, OFFERED)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void cursor_keepsTheWindow() throws Exception {
        Page first = Page.of(Params.parse("last=1h&limit=2"), NOW, "1d");
        Page.Part<Integer> part = first.of(List.of(1, 2, 3));
        assertThat(part.entries()).containsExactly(1, 2);

        Page second = Page.of(Params.parse("limit=2&cursor=" + part.next()), NOW.plusSeconds(5), "1d");
        assertThat(second.window()).isEqualTo(first.window());
        assertThat(second.of(List.of(1, 2, 3)).entries()).containsExactly(3);
        assertThat(second.of(List.of(1, 2, 3)).next()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "%20", "MQ", "LTEgMSAtMQ", "LTkyMjMzNzIwMzY4NTQ3NzU4MDggOTIyMzM3MjAzNjg1NDc3NTgwNyAw"})
    void wrongCursor_isRefused(String cursor) {
        assertThatThrownBy(() -> Page.of(Params.parse("cursor=" + cursor), NOW, "1d"))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("cursor");
    }

    private static Window window(String query) throws BadRequest {
        Params params = Params.parse(query);
        params.allow(List.of("last", "from", "to"));
        return params.window(NOW, "1h");
    }
}
