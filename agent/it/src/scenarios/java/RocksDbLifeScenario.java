import io.kvops.agent.boot.Opened;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.OptimisticTransactionDB;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.TransactionDB;
import org.rocksdb.TransactionDBOptions;
import org.rocksdb.TtlDB;

/**
 * Opens and closes databases of all kinds, while other threads ask whatever is open without a pause. A call into one that was
 * closed ends the JVM. Arguments: a folder; rounds.
 */
public final class RocksDbLifeScenario {
    private static final String[] QUESTIONS = {
        "sum:rocksdb.estimate-num-keys",
        "sum:rocksdb.total-sst-files-size",
        "sum:rocksdb.estimate-table-readers-mem",
        "rocksdb.block-cache-usage",
        "rocksdb.num-running-compactions",
        "text:rocksdb.num-files-at-level0",
        "ticker:BYTES_WRITTEN",
        "sequence",
    };

    private static final AtomicBoolean done = new AtomicBoolean();
    private static final AtomicLong answers = new AtomicLong();

    public static void main(String[] arguments) throws Exception {
        RocksDB.loadLibrary();
        int rounds = Integer.parseInt(arguments[1]);
        List<Thread> askers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread asker = new Thread(RocksDbLifeScenario::ask);
            askers.add(asker);
            asker.start();
        }
        for (int round = 0; round < rounds; round++) {
            String path = new File(arguments[0], "db" + round % 8).getPath();
            try (Statistics statistics = new Statistics();
                    Options options = new Options().setCreateIfMissing(true)) {
                if (round % 2 == 0) {
                    options.setStatistics(statistics);
                }
                use(round, options, path);
            }
        }
        done.set(true);
        for (Thread asker : askers) {
            asker.join();
        }
        if (answers.get() < rounds) {
            throw new AssertionError("only " + answers + " answers");
        }
        if (!Opened.all().isEmpty()) {
            throw new AssertionError(Opened.all().size() + " are open still");
        }
    }

    private static void use(int round, Options options, String path) throws Exception {
        switch (round % 8 % 4) {
            case 0:
                try (RocksDB db = RocksDB.open(options, path)) {
                    work(db, round);
                    if (round % 8 == 0) {
                        db.closeE();
                    }
                }
                break;
            case 1:
                try (TransactionDBOptions more = new TransactionDBOptions();
                        TransactionDB db = TransactionDB.open(options, more, path)) {
                    work(db, round);
                }
                break;
            case 2:
                try (OptimisticTransactionDB db = OptimisticTransactionDB.open(options, path)) {
                    work(db, round);
                }
                break;
            default:
                try (TtlDB db = TtlDB.open(options, path)) {
                    work(db, round);
                }
                break;
        }
    }

    private static void work(RocksDB db, int round) throws Exception {
        long before = answers.get();
        for (int i = 0; i < 50 || (answers.get() == before && i < 10_000); i++) {
            db.put(("key:" + i).getBytes(StandardCharsets.UTF_8), new byte[round % 1_000]);
        }
    }

    private static void ask() {
        while (!done.get()) {
            for (Opened opened : Opened.all()) {
                for (String question : QUESTIONS) {
                    try {
                        if (!Double.isNaN(opened.measure(question))) {
                            answers.incrementAndGet();
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(question, e);
                    }
                }
            }
        }
    }
}
