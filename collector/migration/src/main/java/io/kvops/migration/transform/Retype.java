package io.kvops.migration.transform;

import io.kvops.migration.filter.Filter;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes lists, sets and sorted sets one of the others or a hash. A list's place becomes a score, or a field's name; a score becomes a
 * field's value; what has no score gets its place. Other types stay what they are.
 */
final class Retype implements TransformProvider {
    private static final Set<RecordType> TO =
            EnumSet.of(RecordType.LIST, RecordType.SET, RecordType.ZSET, RecordType.HASH);

    @Override
    public String name() {
        return "retype";
    }

    @Override
    public String usage() {
        return "list|set|zset|hash";
    }

    @Override
    public RecordTransform of(String argument) {
        RecordType to = Filter.type(argument);
        if (!TO.contains(to)) {
            throw new IllegalArgumentException("nothing becomes a " + argument);
        }
        return (next, clock) -> new Retyped(next, to);
    }

    private static final class Retyped extends ForwardingSink {
        private final RecordSink next;
        private final RecordType to;
        private boolean changing;
        private long place;

        Retyped(RecordSink next, RecordType to) {
            this.next = next;
            this.to = to;
        }

        @Override
        protected RecordSink to() {
            return next;
        }

        @Override
        public void begin(RecordHeader header) throws StoreException {
            RecordType from = header.type();
            changing = from != to && (from == RecordType.LIST || from == RecordType.SET || from == RecordType.ZSET);
            place = 0;
            next.begin(
                    changing
                            ? new RecordHeader(header.key(), to, header.expiresAtMillis(), header.metadata())
                            : header);
        }

        @Override
        public void item(Slice value) throws StoreException {
            if (!changing) {
                next.item(value);
            } else if (to == RecordType.HASH) {
                next.field(Slice.of(Long.toString(place++)), value, RecordHeader.NO_EXPIRY);
            } else {
                put(value, (double) place++);
            }
        }

        @Override
        public void member(Slice member) throws StoreException {
            if (!changing) {
                next.member(member);
            } else {
                put(member, (double) place++);
            }
        }

        @Override
        public void scored(Slice member, double score) throws StoreException {
            if (!changing) {
                next.scored(member, score);
            } else {
                put(member, score);
            }
        }

        private void put(Slice member, double score) throws StoreException {
            switch (to) {
                case LIST -> next.item(member);
                case SET -> next.member(member);
                case ZSET -> next.scored(member, score);
                default -> {
                    String number = score == Math.rint(score) && Math.abs(score) < 1e15
                            ? Long.toString((long) score)
                            : Double.toString(score);
                    next.field(member, Slice.of(number.getBytes(StandardCharsets.US_ASCII)), RecordHeader.NO_EXPIRY);
                }
            }
        }
    }
}
