package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Any text as a query: an answer or a HistoryException in time, and never a change of anything. */
class UserSqlFuzzTest {
    private static final QueryLimits LIMITS = new QueryLimits(Duration.ofMillis(200), 100);
    private static final List<Event> EVENTS = List.of(new Event(1, "audit", "info", "me", "it", "a title", "{}"));

    @TempDir
    Path folder;

    private History history;
    private List<String> files;

    @FuzzTest(maxDuration = "60s")
    void query(FuzzedDataProvider data) throws Exception {
        if (history == null) {
            history = Histories.open(HistoryConfig.of(folder.resolve("history")), Clock.systemUTC());
            history.addEvents(EVENTS);
            query("SELECT 1");
            files = files();
        }
        query(data.consumeRemainingAsString());
        assertThat(history.events(java.util.Set.of(), 0, 2, 10)).isEqualTo(EVENTS);
        assertThat(files()).isEqualTo(files);
    }

    private void query(String sql) {
        try {
            assertThat(history.query(sql, LIMITS).rows()).hasSizeLessThanOrEqualTo(LIMITS.maxRows());
        } catch (HistoryException e) {
            assertThat(e.kind()).isIn(HistoryException.Kind.QUERY, HistoryException.Kind.LIMIT);
        }
    }

    /** All that is there but the database's own files, whose number may change. */
    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toString)
                    .filter(name -> !name.contains(".duckdb") && !name.contains("/temp"))
                    .sorted()
                    .toList();
        }
    }

    @AfterEach
    void close() throws HistoryException {
        if (history != null) {
            history.close();
        }
    }
}
