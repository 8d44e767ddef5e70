package io.kvops.migration;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores {@code flaky:NAME}, which are those in memory of that name, but fail to be reached now and then. */
final class Flaky implements DataStoreProvider {
    private final DataStoreProvider memory;
    /** Every so many-th record that is written fails; 0 for none. */
    final AtomicInteger failEach = new AtomicInteger();
    /** Each record that is read needs one. */
    volatile Semaphore reads = new Semaphore(1 << 30);

    volatile StoreException.Kind kind = StoreException.Kind.UNREACHABLE;
    private final AtomicInteger written = new AtomicInteger();

    Flaky(DataStoreProvider memory) {
        this.memory = memory;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("flaky");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return new Store(memory.open(address, options));
    }

    private final class Store implements DataStore {
        private final DataStore store;

        Store(DataStore store) {
            this.store = store;
        }

        @Override
        public StoreDescription describe() throws StoreException {
            return store.describe();
        }

        @Override
        public Capabilities capabilities() {
            return store.capabilities();
        }

        @Override
        public DataSize size() throws StoreException {
            return store.size();
        }

        @Override
        public List<ScanPart> split(int wanted) throws StoreException {
            return store.split(wanted);
        }

        @Override
        public RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
            RecordReader reader = store.scan(part, options);
            return new RecordReader() {
                @Override
                public boolean next(RecordSink sink) throws StoreException {
                    reads.acquireUninterruptibly();
                    return reader.next(sink);
                }

                @Override
                public ScanPart rest() {
                    return reader.rest();
                }

                @Override
                public void close() throws StoreException {
                    reader.close();
                }
            };
        }

        @Override
        public RecordReader read(List<Slice> keys, ReadOptions options) throws StoreException {
            return store.read(keys, options);
        }

        @Override
        public RecordWriter writer(WriteOptions options) throws StoreException {
            return new Writer(store.writer(options));
        }

        @Override
        public long delete(List<Slice> keys) throws StoreException {
            return store.delete(keys);
        }

        @Override
        public void close() throws StoreException {
            store.close();
        }
    }

    private final class Writer extends ForwardingSink implements RecordWriter {
        private final RecordWriter writer;

        Writer(RecordWriter writer) {
            this.writer = writer;
        }

        @Override
        protected RecordSink to() {
            return writer;
        }

        @Override
        public void end() throws StoreException {
            int each = failEach.get();
            if (each > 0 && written.incrementAndGet() % each == 0) {
                throw new StoreException(kind, "flaky: gone");
            }
            writer.end();
        }

        @Override
        public void flush() throws StoreException {
            writer.flush();
        }

        @Override
        public WriteCounts counts() {
            return writer.counts();
        }

        @Override
        public void close() throws StoreException {
            writer.close();
        }
    }
}
