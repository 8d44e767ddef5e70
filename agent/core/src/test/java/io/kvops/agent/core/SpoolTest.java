package io.kvops.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private final UUID agent = UUID.randomUUID();

    @TempDir
    Path folder;

    private File file() {
        return folder.resolve("kvops-1-" + agent + ".spool").toFile();
    }

    private static byte[] frame(long sequence, int size) {
        byte[] bytes = new byte[size];
        new Random(sequence).nextBytes(bytes);
        return bytes;
    }

    private static List<Long> sequences(Spool spool) {
        List<Long> all = new ArrayList<>();
        for (Spool.SpooledFrame f = spool.next(spool.acked()); f != null; f = spool.next(f.sequence)) {
            assertThat(f.bytes).isEqualTo(frame(f.sequence, f.bytes.length));
            all.add(f.sequence);
        }
        return all;
    }

    @Test
    void recover_afterRandomAppendsAndAcks_findsExactlyWhatIsNotAcked() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 20; run++) {
            SpoolStore store = SpoolStore.create(file(), Spool.firstBytes());
            Spool spool = Spool.create(store, agent, 4 << 20);
            long next = 1;
            long acked = 0;
            for (int i = 0; i < 400; i++) {
                if (random.nextInt(3) > 0) {
                    if (spool.append(
                            next, frame(next, 1 + random.nextInt(random.nextInt(10) == 0 ? 400_000 : 20_000)))) {
                        next++;
                    }
                } else if (next > 1) {
                    acked = Math.max(acked, random.nextInt((int) next));
                    spool.acked(acked);
                }
            }
            List<Long> expected = new ArrayList<>();
            for (long s = acked + 1; s < next; s++) {
                expected.add(s);
            }
            assertThat(sequences(spool)).isEqualTo(expected);
            spool.close(false);
            Spool recovered = Spool.recover(SpoolStore.openDead(file()));
            assertThat(recovered.agentId()).isEqualTo(agent);
            assertThat(sequences(recovered)).isEqualTo(expected);
            recovered.close(true);
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void recover_tornRecord_isIgnoredAndTheTailIsFound() throws Exception {
        SpoolStore store = SpoolStore.create(file(), Spool.firstBytes());
        Spool spool = Spool.create(store, agent, 1 << 20);
        spool.append(1, frame(1, 1_000));
        spool.append(2, frame(2, 1_000));
        spool.putTail(3, frame(3, 500));
        spool.putTail(3, frame(3, 600));
        spool.putTail(3, frame(3, 700));
        // the newest version of the tail is torn: the one before counts
        int slot = Spool.HEADER + (3 & 1) * Spool.TAIL_BYTES;
        store.bytes().put(slot + 100, (byte) (store.bytes().get(slot + 100) + 1));
        spool.close(false);
        Spool recovered = Spool.recover(SpoolStore.openDead(file()));
        assertThat(sequences(recovered)).containsExactly(1L, 2L, 3L);
        assertThat(recovered.next(2).bytes).hasSize(600);
        recovered.close(false);

        SpoolStore again = SpoolStore.openDead(file());
        int second = Spool.RING_AT + 1_016 + 100;
        again.bytes().put(second, (byte) (again.bytes().get(second) + 1));
        again.close();
        recovered = Spool.recover(SpoolStore.openDead(file()));
        assertThat(recovered.next(0).sequence).isEqualTo(1);
        recovered.close(true);
    }

    @Test
    void openDead_whileItsProcessLives_isNull() throws Exception {
        SpoolStore store = SpoolStore.create(file(), Spool.firstBytes());
        assertThat(SpoolStore.openDead(file())).isNull();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().toPath())))
                .isEqualTo("rw-------");
        store.delete();
        assertThat(SpoolStore.openDead(file())).isNull();
    }

    @Test
    void append_beyondTheBound_isRefusedAndGoesOnAfterAcks() throws Exception {
        Spool spool = Spool.create(SpoolStore.inMemory(Spool.firstBytes()), agent, 1 << 20);
        long next = 1;
        while (spool.append(next, frame(next, 100_000))) {
            next++;
        }
        assertThat(next).isBetween(9L, 11L);
        assertThat(spool.hasRoom(200_000)).isFalse();
        spool.acked(4);
        assertThat(spool.append(next, frame(next, 100_000))).isTrue();
        assertThat(sequences(spool)).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L);
    }
}
