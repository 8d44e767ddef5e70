package io.kvops.stores.data;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A store that is not there yet, as it would be right after it was made: without records. To plan with; it can't be written. */
public final class AbsentStore implements DataStore {
    private static final ScanPart NOTHING = new ScanPart("absent");

    private final StoreAddress address;
    private final Capabilities capabilities;

    private AbsentStore(StoreAddress address, Capabilities capabilities) {
        this.address = address;
        this.capabilities = capabilities;
    }

    /**
     * One whose address has a file or folder as its path.
     *
     * @throws StoreException of kind REFUSED if it could not be made there
     */
    public static AbsentStore at(StoreAddress address, Capabilities capabilities) throws StoreException {
        Path wanted = Path.of(address.path()).toAbsolutePath();
        Path there = wanted;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        boolean folder = there != null && (there.equals(wanted) || Files.isDirectory(there));
        if (!folder || !Files.isWritable(there)) {
            throw new StoreException(
                    Kind.REFUSED,
                    address.path() + " can't be made: " + there
                            + (folder ? " can't be written; check its permissions" : " is no folder; check the path"));
        }
        return new AbsentStore(address, capabilities);
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of(address.kind());
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public DataSize size() {
        return new DataSize(0, 0, true);
    }

    @Override
    public List<ScanPart> split(int wanted) {
        return List.of(NOTHING);
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) {
        return nothing();
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) {
        return nothing();
    }

    private static RecordReader nothing() {
        return new RecordReader() {
            @Override
            public boolean next(RecordSink sink) {
                return false;
            }

            @Override
            public ScanPart rest() {
                return NOTHING;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        throw refused();
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        throw refused();
    }

    private StoreException refused() {
        return new StoreException(Kind.REFUSED, address + " is not there; open it to be written");
    }

    @Override
    public void close() {}
}
