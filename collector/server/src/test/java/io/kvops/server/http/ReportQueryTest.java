package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.server.http.ReportQuery.Form;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportQueryTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void nothingAsked_isTheLastHourAsJson() throws Exception {
        assertThat(of("")).isEqualTo(new ReportQuery(NOW.minus(Duration.ofHours(1)), NOW, Form.JSON));
    }

    @Test
    void fromWithoutTo_endsNow() throws Exception {
        assertThat(of("from=2026-05-01T11:59:00Z")).isEqualTo(new ReportQuery(NOW.minusSeconds(60), NOW, Form.JSON));
    }

    @ParameterizedTest
    @CsvSource({"json, JSON", "HTML, HTML", "md, MD"})
    void format_winsOverAccept(String format, Form expected) throws Exception {
        assertThat(ReportQuery.of(parameters("format=" + format), "image/png", NOW)
                        .form())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|JSON",
                "application/json|JSON",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|HTML",
                "text/markdown|MD",
                "''|JSON"
            })
    void accept_choosesTheForm(String accept, Form expected) throws Exception {
        assertThat(ReportQuery.of(parameters(""), accept, NOW).form()).isEqualTo(expected);
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
                "from=-1000000000-01-01T00:00:00Z|1970 to 9999",
                "from=2026-05-01T11:00:00Z&to=%2B1000000000-12-31T23:59:59.999999999Z|1970 to 9999",
                "lats=1h|did you mean last?",
                "zzzzzzzz=1|known: last, from, to, format",
                "format=pdf|expected json, html or md",
            })
    void wrongQuestion_saysWhatIsExpected(String query, String expected) {
        assertThatThrownBy(() -> of(query)).isInstanceOf(BadRequest.class).hasMessageContaining(expected);
    }

    private static ReportQuery of(String query) throws BadRequest {
        return ReportQuery.of(parameters(query), null, NOW);
    }

    private static MultiMap parameters(String query) {
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        for (String pair : query.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                parameters.add(parts[0], java.net.URLDecoder.decode(parts[1], java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
