package io.kvops.migration.transform;

import io.kvops.migration.filter.Where;
import io.kvops.migration.value.ElementSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord.Element;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets keys, expiries (seconds from now, less than 0 for never), or values of strings, by an expression over the variables of {@link
 * Where}. What it needs is held in memory, 16 MiB of a record at most.
 */
final class SetByExpression implements TransformProvider {
    private static final long MAX_HELD_BYTES = 16 << 20;

    private enum What {
        KEY,
        TTL,
        VALUE
    }

    @Override
    public String name() {
        return "set";
    }

    @Override
    public String usage() {
        return "key=EXPR|ttl=EXPR|value=EXPR";
    }

    @Override
    public RecordTransform of(String argument) {
        for (What what : What.values()) {
            String prefix = what.name().toLowerCase(java.util.Locale.ROOT) + "=";
            if (argument.startsWith(prefix)) {
                Class<?> result = what == What.TTL ? Number.class : String.class;
                return new Set(what, Where.compile(argument.substring(prefix.length()), "set:" + prefix, result));
            }
        }
        throw new IllegalArgumentException("neither key nor ttl nor value");
    }

    private record Set(What what, Where expression) implements RecordTransform {
        @Override
        public RecordSink onto(RecordSink next, Clock clock) {
            return new Held(next, clock, what, expression);
        }

        @Override
        public boolean changesKeys() {
            return what == What.KEY;
        }

        @Override
        public boolean steady() {
            return what != What.TTL;
        }
    }

    private static final class Held extends ElementSink {
        private final RecordSink next;
        private final Clock clock;
        private final What what;
        private final Where expression;
        private final List<Element> held = new ArrayList<>();
        private @Nullable RecordHeader header;
        private boolean holding;
        private long bytes;
        private long cost;

        Held(RecordSink next, Clock clock, What what, Where expression) {
            this.next = next;
            this.clock = clock;
            this.what = what;
            this.expression = expression;
        }

        @Override
        public void begin(RecordHeader from) throws StoreException {
            held.clear();
            cost = 0;
            bytes = from.key().length();
            holding = what == What.VALUE ? from.type() == RecordType.STRING : expression.needsValue();
            if (holding) {
                header = own(from);
            } else {
                next.begin(what == What.VALUE ? from : changed(from));
            }
        }

        private RecordHeader changed(RecordHeader from) {
            Object result = expression.value(from, held, bytes, clock.millis());
            if (what == What.KEY) {
                return new RecordHeader(
                        Slice.of((String) result), from.type(), from.expiresAtMillis(), from.metadata());
            }
            if (what == What.TTL) {
                double seconds = ((Number) result).doubleValue();
                long at = seconds < 0 ? RecordHeader.NO_EXPIRY : clock.millis() + Math.round(seconds * 1000);
                return new RecordHeader(from.key(), from.type(), at, from.metadata());
            }
            return from;
        }

        @Override
        protected void element(Element element, long elementBytes) throws StoreException {
            if (!holding) {
                element.writeTo(next);
                return;
            }
            held.add(element);
            bytes += elementBytes;
            cost += cost(elementBytes);
            if (cost > MAX_HELD_BYTES) {
                throw new StoreException(
                        StoreException.Kind.UNSUPPORTED,
                        "an expression sets something of a record that is larger than " + MAX_HELD_BYTES
                                + " bytes, which is the most that is held; leave such records out: --size ..16m");
            }
        }

        @Override
        public void end() throws StoreException {
            RecordHeader of = header;
            if (holding && of != null) {
                next.begin(changed(of));
                if (what == What.VALUE) {
                    next.chunk(Slice.of((String) expression.value(of, held, bytes, clock.millis())));
                } else {
                    for (Element element : held) {
                        element.writeTo(next);
                    }
                }
                held.clear();
            }
            next.end();
        }

        @Override
        public void abort() throws StoreException {
            held.clear();
            if (!holding) {
                next.abort();
            }
        }
    }
}
