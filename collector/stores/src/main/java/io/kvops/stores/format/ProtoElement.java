package io.kvops.stores.format;

import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.Arrays;

/**
 * An element's fields as values in their order. Whoever writes protobuf leaves out what is zero or empty, so all fields are
 * read before the first value is asked for.
 */
final class ProtoElement extends Tuple {
    private static final int FIELDS = 5;

    private final ProtoFields fields = new ProtoFields();
    private final ProtoFields inner = new ProtoFields();
    private final boolean[] has = new boolean[FIELDS];
    private final long[] numbers = new long[FIELDS];
    private final double[] scores = new double[FIELDS];
    private final Slice[] parts = {new Slice(), new Slice(), new Slice(), new Slice(), new Slice()};
    private Kind kind = Kind.CHUNK;
    private int next;

    /** Reads an element. @return its kind */
    Kind read(ProtoFields element) throws DamagedException {
        Arrays.fill(has, false);
        next = 1;
        element.messageValue(fields);
        if (!fields.field()) {
            throw new DamagedException("an element of no kind");
        }
        kind = Kind.at(fields.number() - 1L);
        if (kind == Kind.CHUNK || kind == Kind.ITEM || kind == Kind.MEMBER || kind == Kind.CONSUMER) {
            has[1] = true;
            fields.sizedValue(parts[1]);
        } else {
            fields.messageValue(inner);
            if (kind != Kind.ENTRY) {
                readFields();
            } else {
                readId();
            }
        }
        if (fields.field()) {
            throw ProtoFields.wrong();
        }
        return kind;
    }

    private void readFields() throws DamagedException {
        while (inner.field()) {
            int number = inner.number();
            if (number >= FIELDS) {
                continue;
            }
            has[number] = true;
            if (isBytes(number) || isId(number)) {
                inner.sizedValue(parts[number]);
            } else if (kind == Kind.SCORED) {
                scores[number] = inner.doubleValue();
            } else {
                numbers[number] = inner.varintValue();
            }
        }
    }

    private boolean isBytes(int number) {
        return switch (kind) {
            case FIELD -> number <= 2;
            case SCORED, GROUP -> number == 1;
            case PENDING -> number == 2;
            default -> false;
        };
    }

    private boolean isId(int number) {
        return switch (kind) {
            case STATE -> number != 2;
            case GROUP -> number == 2;
            case PENDING -> number == 1;
            default -> false;
        };
    }

    /** Of an entry, whose other fields are its list. */
    private void readId() throws DamagedException {
        inner.messageOf(parts[2]);
        while (inner.field()) {
            if (inner.number() == 1) {
                has[1] = true;
                inner.sizedValue(parts[1]);
            }
        }
        inner.set(parts[2]);
    }

    @Override
    void bytes(Slice into) {
        int number = next++;
        if (has[number]) {
            into.set(parts[number].array(), parts[number].offset(), parts[number].length());
        } else {
            into.set(new byte[0], 0, 0);
        }
    }

    @Override
    long number() {
        int number = next++;
        return has[number] ? numbers[number] : 0;
    }

    @Override
    double score() {
        int number = next++;
        return has[number] ? scores[number] : 0;
    }

    @Override
    StreamId id() throws DamagedException {
        int number = next++;
        if (!has[number]) {
            return StreamId.ZERO;
        }
        long millis = 0;
        long sequence = 0;
        fields.set(parts[number]);
        while (fields.field()) {
            if (fields.number() == 1) {
                millis = fields.varintValue();
            } else if (fields.number() == 2) {
                sequence = fields.varintValue();
            }
        }
        return new StreamId(millis, sequence);
    }

    @Override
    boolean hasMore() {
        return has[next];
    }

    @Override
    void list() throws DamagedException {
        while (inner.field()) {
            if (inner.number() == 2) {
                inner.sizedValue(listed());
            }
        }
    }
}
