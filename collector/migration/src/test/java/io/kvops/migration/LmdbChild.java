package io.kvops.migration;

import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The process that writes to an LMDB while another one follows it: a process can't have one open twice. Writes until its input ends. */
final class LmdbChild {
    private static final int KEYS = 3_000;
    private static final int BATCH = 20;
    private static final long PAUSE_NANOS = 2_000_000;

    private LmdbChild() {}

    public static void main(String[] args) throws Exception {
        Random random = new Random(Long.parseLong(args[1]));
        int rounds = 0;
        try (DataStore store = Samples.open(DataStores.load(), args[0]);
                RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            while (System.in.available() == 0) {
                for (int i = 0; i < BATCH; i++) {
                    Samples.string("key:" + random.nextInt(KEYS), "v" + rounds + "." + i)
                            .writeTo(writer);
                }
                writer.flush();
                store.delete(List.of(Slice.of("key:" + random.nextInt(KEYS)), Slice.of("key:" + random.nextInt(KEYS))));
                if (rounds++ == 0) {
                    System.out.println("writes");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
