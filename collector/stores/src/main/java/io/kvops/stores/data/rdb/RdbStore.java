package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.NamedRecords;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An RDB file. Parts are {@code rdb:ID:OFFSET:DB}; of a file, the id is its size, to notice another one. */
final class RdbStore implements DataStore {
    static final int HEADER_BYTES = 9;

    private static final Pattern HEADER = Pattern.compile("(REDIS|VALKEY)(\\d{3,4})");
    private static final Pattern PART = Pattern.compile("rdb:([0-9a-zA-Z]{1,80}):(\\d{1,18}):(\\d{1,9})");
    private static final long MAX_BYTES = 512L << 20;
    private static final int FIELD_EXPIRY_VERSION = 12;

    private final StoreAddress address;
    private final RdbBytes bytes;
    private final OpenOptions opened;
    private final Capabilities capabilities;

    /** @param id what it is, of those that are in the same place */
    private record OfFile(Path file, long length, String id) implements RdbBytes {
        @Override
        public InputStream from(long offset) throws IOException {
            InputStream in = Files.newInputStream(file);
            in.skipNBytes(offset);
            return in;
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    private RdbStore(StoreAddress address, OpenOptions opened, RdbBytes bytes, boolean valkey, int version) {
        this.address = address;
        this.opened = opened;
        this.bytes = bytes;
        this.capabilities = new Capabilities(
                EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE)),
                true,
                1,
                version >= FIELD_EXPIRY_VERSION,
                address.options().containsKey("db") ? Set.of() : Set.of("db"),
                false,
                MAX_BYTES,
                MAX_BYTES,
                valkey ? "valkey.dump" : "redis.dump",
                version,
                Capabilities.Changes.COMPARE,
                true,
                true,
                false);
    }

    static RdbStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        String db = address.options().getOrDefault("db", "0");
        if (!db.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("address " + address + ": db=" + db + " (expected a number)");
        }
        Path file = Path.of(address.path());
        try {
            long length = Files.size(file);
            return open(address, new OfFile(file, length, Long.toString(length)), opened);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static RdbStore open(StoreAddress address, RdbBytes bytes, OpenOptions opened) throws StoreException {
        try (InputStream in = bytes.from(0)) {
            String header = new String(in.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1);
            Matcher matcher = HEADER.matcher(header);
            if (!matcher.matches()) {
                throw new StoreException(
                        Kind.NONSENSE, bytes + " is no RDB file: it does not begin with REDIS and a version");
            }
            return new RdbStore(
                    address, opened, bytes, matcher.group(1).equals("VALKEY"), Integer.parseInt(matcher.group(2)));
        } catch (IOException e) {
            throw unreadable(bytes, e);
        }
    }

    private static StoreException unreadable(Object what, IOException e) {
        return new StoreException(
                Kind.UNREACHABLE, what + " can't be read: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
    }

    StoreAddress address() {
        return address;
    }

    OpenOptions opened() {
        return opened;
    }

    RdbBytes bytes() {
        return bytes;
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of("rdb");
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public DataSize size() {
        return new DataSize(-1, bytes.length() == RdbBytes.UNKNOWN ? -1 : bytes.length(), false);
    }

    @Override
    public List<ScanPart> split(int wanted) {
        return List.of(part(HEADER_BYTES, 0));
    }

    ScanPart part(long offset, int db) {
        return new ScanPart("rdb:" + bytes.id() + ":" + offset + ":" + db);
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
        Matcher words = PART.matcher(part.text());
        if (!words.matches()) {
            throw new IllegalArgumentException("part: not one of an RDB file (expected rdb:ID:OFFSET:DB)");
        }
        if (!words.group(1).equals(bytes.id())) {
            throw new StoreException(
                    Kind.DAMAGED,
                    bytes + " is another file than before: it had " + words.group(1) + " bytes and has " + bytes.id()
                            + "; begin anew");
        }
        return new RdbReader(this, Long.parseLong(words.group(2)), Integer.parseInt(words.group(3)), options);
    }

    /** Reads the whole file, and holds what was asked for in memory. */
    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) throws StoreException {
        return NamedRecords.scanFor(this, keys, options);
    }

    @Override
    public boolean readsByKey() {
        return false;
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        throw readOnly();
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        throw readOnly();
    }

    private StoreException readOnly() {
        return new StoreException(
                Kind.REFUSED, bytes + " is a snapshot that is only read; write to a server and let it save");
    }

    @Override
    public void close() {}
}
