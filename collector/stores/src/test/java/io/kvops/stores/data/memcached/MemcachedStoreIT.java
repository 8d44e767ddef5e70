package io.kvops.stores.data.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.LossReport;
import io.kvops.stores.data.LossReport.Line;
import io.kvops.stores.data.LossReport.Then;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.data.WriteOptions.Loss;
import io.kvops.stores.testing.RandomRecords;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemcachedStoreIT extends DataStoreContract {
    /** Exact but for a second, if the server's clock stands still while a page is asked for: not on any machine. */
    private static final long TOLERATED_MILLIS = 120_000;

    private static ServerProcess server;

    @BeforeAll
    static void startServer(@TempDir Path dir) throws Exception {
        // nobody moves items from list to list while they are dumped: what is best effort is exact then
        server = ServerProcess.memcached(dir, "-m", "256", "-o", "no_lru_maintainer");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void emptyServer() throws Exception {
        try (Conversation with = Conversation.open(
                StoreAddress.parse(address("")), OpenOptions.toRead().timeout())) {
            assertThat(with.text("flush_all\r\n").answer()).isEqualTo("OK");
        }
    }

    private static String address(String login) {
        return "memcached://" + login + "127.0.0.1:" + server.port();
    }

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return DataStores.load()
                .open(StoreAddress.parse(address("")), readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }

    @Override
    protected boolean sameExpiry(long written, long read) {
        return Math.abs(written - read) < TOLERATED_MILLIS;
    }

    /** Late in 2037, which is about as far as it can count. */
    @Override
    protected long expiryFrom() {
        return 2_140_000_000_000L;
    }

    private static WholeRecord record(int keyBytes, byte of, long expiresAt) {
        byte[] key = new byte[keyBytes];
        java.util.Arrays.fill(key, of);
        return WholeRecord.of(
                RecordHeader.of(Slice.of(key), RecordType.STRING, expiresAt),
                List.of(new WholeRecord.Chunk(Slice.of("value"))));
    }

    @Test
    void keysAndValuesAndExpiriesThatDoNotFitAreSaid() throws Exception {
        Capabilities can = store.capabilities();
        assertThat(can.complete()).isFalse();
        Map<Slice, WholeRecord> held = new HashMap<>();
        for (WholeRecord fits :
                List.of(record(250, (byte) 'k', -1), record(250, (byte) 0xe4, -1), record(186, (byte) 0, -1))) {
            held.put(fits.key(), fits);
        }
        write(held.values(), WriteOptions.REPLACE);
        assertSame(held, readAll(store, reading()));
        List<WholeRecord> unfit = List.of(
                record(251, (byte) 'k', -1),
                record(189, (byte) 0, -1),
                record(0, (byte) 0, -1),
                WholeRecord.string(Slice.of("large"), Slice.of(new byte[(int) can.maxValueBytes() + 1])));
        for (WholeRecord one : unfit) {
            assertThatThrownBy(() -> write(List.of(one), WriteOptions.REPLACE))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
        }
        assertThat(write(unfit, WriteOptions.REPLACE.with(Loss.SKIP)).leftOut()).isEqualTo(4);

        WholeRecord late = record(5, (byte) 'l', RandomRecords.FAR);
        assertThatThrownBy(() -> write(List.of(late), WriteOptions.REPLACE)).isInstanceOf(StoreException.class);
        WriteCounts reduced = write(List.of(late), WriteOptions.REPLACE.with(Loss.SKIP));
        assertThat(reduced.reduced()).isEqualTo(1);
        held.put(late.key(), record(5, (byte) 'l', -1));
        assertSame(held, readAll(store, reading()));

        DataStore memory = DataStores.load().open(StoreAddress.parse("mem:any"), OpenOptions.toRead());
        assertThat(LossReport.of(memory.capabilities(), can, Loss.SKIP).lines())
                .contains(
                        new Line("keys over 250 bytes", Then.LEFT_OUT),
                        new Line("values over 1048064 bytes", Then.LEFT_OUT));
    }

    @Test
    void manyItemsArePipelined() throws Exception {
        Map<Slice, WholeRecord> records = random().records(7_000);
        assertThat(write(records.values(), WriteOptions.REPLACE).written()).isEqualTo(7_000);
        assertSame(records, readAll(store, reading()));
        assertThat(store.size().records()).isGreaterThanOrEqualTo(7_000);
        assertThat(store.describe().version()).startsWith("1.");
        assertThat(store.delete(List.copyOf(records.keySet()))).isEqualTo(7_000);
    }

    @Test
    void aServerWithUsersWantsOne(@TempDir Path dir) throws Exception {
        Path users = Files.writeString(dir.resolve("users"), "joe:secret\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r--r--"));
        try (ServerProcess own = ServerProcess.memcached(dir, "-Y", users.toString())) {
            String at = "127.0.0.1:" + own.port();
            try (DataStore joe =
                    DataStores.load().open(StoreAddress.parse("memcached://joe:secret@" + at), OpenOptions.toWrite())) {
                assertThat(readAll(joe, reading())).isEmpty();
            }
            for (String login : List.of("", "joe:other@")) {
                assertThatThrownBy(() -> DataStores.load()
                                .open(StoreAddress.parse("memcached://" + login + at), OpenOptions.toRead()))
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                        .hasMessageContaining("user and password")
                        .hasMessageNotContaining("other");
            }
        }
    }
}
