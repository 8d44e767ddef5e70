package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.WireCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentIndexTest {
    private final UUID one = UUID.randomUUID();
    private final UUID two = UUID.randomUUID();
    private final SettableClock clock = new SettableClock();
    private Journal journal;
    private Path file;

    @TempDir
    Path folder;

    @BeforeEach
    void openJournal() throws IOException {
        journal = ChronicleJournal.open(
                folder.resolve("journal"), 1 << 20, 1 << 20, Duration.ofMinutes(1), Journal.START, clock);
        file = folder.resolve("agents.idx");
    }

    @AfterEach
    void closeJournal() throws IOException {
        journal.close();
    }

    private long append(UUID agent, long sequence) throws IOException {
        return journal.append(WireCodec.encode(TestAgent.frame(agent, sequence, 1)));
    }

    private AgentIndex open() throws IOException {
        return AgentIndex.open(file, journal, 100);
    }

    @Test
    void noFile_readsJournal() throws IOException {
        append(one, 1);
        append(one, 2);
        long last = append(two, 7);
        AgentIndex index = open();
        assertThat(index.last(one)).isEqualTo(2);
        assertThat(index.last(two)).isEqualTo(7);
        assertThat(index.last(UUID.randomUUID())).isZero();
        assertThat(index.position()).isEqualTo(last);
    }

    @Test
    @DisplayName("the file knows agents whose records are gone, the journal what came after the file")
    void fileAndJournal_addUp() throws IOException {
        long first = append(one, 5);
        AgentIndex index = open();
        index.note(one, 5, first);
        index.save();
        clock.advance(Duration.ofMinutes(2));
        append(two, 1);
        journal.remove(journal.segments().get(0));
        AgentIndex reopened = open();
        assertThat(reopened.last(one)).isEqualTo(5);
        assertThat(reopened.last(two)).isEqualTo(1);
    }

    @Test
    void damagedFile_readsJournal() throws IOException {
        append(one, 3);
        AgentIndex index = open();
        index.save();
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            Files.write(file, bad);
            assertThat(open().last(one)).as("byte %s", i).isEqualTo(3);
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThat(open().last(one)).as("length %s", length).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("more agents than it can hold: those that sent least recently are forgotten, and counted")
    void tooMany_forgetsLeastRecent() {
        LastSequences sequences = new LastSequences(2);
        sequences.note(one, 1);
        sequences.note(two, 1);
        sequences.note(one, 2);
        sequences.note(UUID.randomUUID(), 1);
        assertThat(sequences.last(one)).isEqualTo(2);
        assertThat(sequences.last(two)).isZero();
        assertThat(sequences.size()).isEqualTo(2);
        assertThat(sequences.forgotten()).isEqualTo(1);
    }
}
