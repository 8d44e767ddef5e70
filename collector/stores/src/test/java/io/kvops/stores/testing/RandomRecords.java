package io.kvops.stores.testing;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WholeRecord.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Records of all types with awkward contents, from a seed. */
public final class RandomRecords {
    /** In the year 2100: nothing that expires then vanishes during a test. */
    public static final long FAR = 4_102_444_800_000L;

    private final Random random;
    private final List<RecordType> types;
    private boolean expiry = true;
    private long expiryFrom = FAR;
    private boolean fieldExpiry;
    private Set<String> metadata = Set.of();
    private int maxElements = 40;

    public RandomRecords(long seed, Set<RecordType> types) {
        this.random = new Random(seed);
        this.types = new ArrayList<>(new TreeSet<>(types));
    }

    public RandomRecords expiry(boolean wanted) {
        expiry = wanted;
        return this;
    }

    /** Expiries within 11 days of that instant. */
    public RandomRecords expiryFrom(long millis) {
        expiryFrom = millis;
        return this;
    }

    public RandomRecords fieldExpiry(boolean wanted) {
        fieldExpiry = wanted;
        return this;
    }

    /** Numbers as text for each of these names, now and then. */
    public RandomRecords metadata(Set<String> names) {
        metadata = new TreeSet<>(names);
        return this;
    }

    public RandomRecords maxElements(int count) {
        maxElements = count;
        return this;
    }

    /** Records under different keys. */
    public Map<Slice, WholeRecord> records(int count) {
        Map<Slice, WholeRecord> records = new LinkedHashMap<>();
        while (records.size() < count) {
            WholeRecord record = record(types.get(random.nextInt(types.size())));
            records.put(record.key(), record);
        }
        return records;
    }

    public WholeRecord record(RecordType type) {
        long expiresAt =
                expiry && random.nextInt(3) == 0 ? expiryFrom + random.nextInt(1_000_000_000) : RecordHeader.NO_EXPIRY;
        Map<String, String> meta = new LinkedHashMap<>();
        for (String name : metadata) {
            if (random.nextInt(4) == 0) {
                meta.put(name, Integer.toString(random.nextInt(100_000)));
            }
        }
        return WholeRecord.of(new RecordHeader(key(), type, expiresAt, meta), elements(type));
    }

    private Slice key() {
        byte[] bytes = bytes(30).toBytes();
        byte[] key = new byte[bytes.length + 8];
        System.arraycopy(bytes, 0, key, 8, bytes.length);
        byte[] unique = Long.toString(random.nextLong(36L * 36 * 36 * 36 * 36, Long.MAX_VALUE), 36)
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(unique, 0, key, 0, Math.min(8, unique.length));
        return Slice.of(key);
    }

    private List<Element> elements(RecordType type) {
        int count = 1 + random.nextInt(maxElements);
        List<Element> elements = new ArrayList<>();
        switch (type) {
            case STRING, OPAQUE -> elements.add(new WholeRecord.Chunk(bytes(random.nextInt(20) == 0 ? 70_000 : 100)));
            case STREAM -> stream(count, elements);
            default -> {
                for (int i = 0; i < count; i++) {
                    elements.add(element(type));
                }
            }
        }
        return elements;
    }

    private Element element(RecordType type) {
        return switch (type) {
            case HASH ->
                new WholeRecord.Field(
                        bytes(40),
                        bytes(90),
                        fieldExpiry && random.nextInt(3) == 0
                                ? FAR + random.nextInt(1_000_000)
                                : RecordHeader.NO_EXPIRY);
            case LIST -> new WholeRecord.Item(bytes(90));
            case SET -> new WholeRecord.Member(bytes(40));
            case ZSET -> new WholeRecord.Scored(bytes(40), score());
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private double score() {
        return switch (random.nextInt(8)) {
            case 0 -> Double.POSITIVE_INFINITY;
            case 1 -> Double.NEGATIVE_INFINITY;
            case 2 -> random.nextInt(1_000);
            case 3 -> Double.MIN_VALUE;
            case 4 -> -Double.MAX_VALUE;
            case 5 -> 0.1 + 0.2;
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
        };
    }

    private void stream(int count, List<Element> elements) {
        List<StreamId> ids = new ArrayList<>();
        long millis = 1 + random.nextInt(1_000);
        long sequence = random.nextInt(3);
        int entries = random.nextInt(5) == 0 ? 0 : count;
        for (int i = 0; i < entries; i++) {
            if (random.nextBoolean()) {
                millis += 1 + random.nextInt(10_000);
                sequence = random.nextInt(3);
            } else {
                sequence += 1 + random.nextInt(3);
            }
            StreamId id = new StreamId(millis, sequence);
            ids.add(id);
            List<Slice> fields = new ArrayList<>();
            for (int left = 2 * (1 + random.nextInt(3)); left > 0; left--) {
                fields.add(bytes(40));
            }
            elements.add(new WholeRecord.Entry(id, fields));
        }
        StreamId last = new StreamId(millis + random.nextInt(2) * 1_000L, sequence);
        boolean deleted = random.nextBoolean();
        elements.add(new WholeRecord.State(
                last, entries + (deleted ? random.nextInt(50) : 0), deleted ? new StreamId(1, 0) : StreamId.ZERO));
        int groups = random.nextInt(3);
        for (int g = 0; g < groups; g++) {
            group(g, ids, last, elements);
        }
    }

    private void group(int number, List<StreamId> ids, StreamId last, List<Element> elements) {
        elements.add(new WholeRecord.Group(Slice.of("group-" + number), last, random.nextInt(10) - 1));
        int consumers = random.nextInt(3);
        for (int c = 0; c < consumers; c++) {
            elements.add(new WholeRecord.Consumer(Slice.of("consumer-" + c)));
        }
        if (consumers > 0) {
            for (StreamId id : ids) {
                if (random.nextInt(3) == 0) {
                    elements.add(new WholeRecord.Pending(
                            id,
                            Slice.of("consumer-" + random.nextInt(consumers)),
                            1_700_000_000_000L + random.nextInt(1_000_000),
                            1 + random.nextInt(5)));
                }
            }
        }
    }

    /** Text, numbers as text, or any bytes; now and then none. */
    private Slice bytes(int max) {
        switch (random.nextInt(6)) {
            case 0:
                return Slice.of("");
            case 1:
                return Slice.of(Long.toString(random.nextLong() >> random.nextInt(64)));
            case 2:
                return Slice.of("\u00e4\u20ac\ud83d\ude00 \"\\\n\t\u0000 {tag} text " + random.nextInt());
            default:
                byte[] any = new byte[random.nextInt(max + 1)];
                random.nextBytes(any);
                return Slice.of(any);
        }
    }
}
