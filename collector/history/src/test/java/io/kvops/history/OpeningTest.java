package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.history.HistoryException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that cannot be opened: one line that says why, and nothing is changed. */
final class OpeningTest {
    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();

    private void create() throws Exception {
        try (History history = Histories.open(HistoryConfig.of(folder), clock)) {
            history.commit(new Points.Builder()
                    .add(Points.ops(clock.millis(), HistoryContract.GET, 1))
                    .at(1));
        }
    }

    private void refused(Kind kind) {
        assertThatThrownBy(() -> Histories.open(HistoryConfig.of(folder), clock))
                .isInstanceOfSatisfying(HistoryException.class, e -> {
                    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
                    assertThat(e.getMessage()).doesNotContain("\n").contains(folder.toString());
                });
    }

    @Test
    void twoAtATime_areNotPossible() throws Exception {
        try (History history = Histories.open(HistoryConfig.of(folder), clock)) {
            refused(Kind.LOCKED);
            assertThat(history.position()).isEqualTo(-1);
        }
        create();
    }

    @Test
    void aNewerFormat_isRefused() throws Exception {
        create();
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve(Database.FILE))) {
            Database.execute(c, "UPDATE store.meta SET version = 99");
        }
        refused(Kind.NEWER);
    }

    @Test
    void anEarlyFormat_isRefused() throws Exception {
        create();
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve(Database.FILE))) {
            Database.execute(c, "UPDATE store.meta SET version = 1");
        }
        refused(Kind.FAILED);
    }

    @Test
    void aDamagedFile_isRefusedAndLeftAlone() throws Exception {
        create();
        Path file = folder.resolve(Database.FILE);
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, 0, 4_096, (byte) 0x5a);
        Files.write(file, damaged);
        refused(Kind.DAMAGED);
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        refused(Kind.DAMAGED);
        Files.write(file, whole);
        try (History history = Histories.open(HistoryConfig.of(folder), clock)) {
            assertThat(history.position()).isEqualTo(1);
        }
    }

    @Test
    void setAside_makesRoomForANewOne() throws Exception {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(Database.FILE), "this is no database, but as long as its first block".repeat(500));
        refused(Kind.DAMAGED);
        Path aside = Histories.setAside(folder, clock);
        assertThat(aside).exists();
        create();
    }
}
