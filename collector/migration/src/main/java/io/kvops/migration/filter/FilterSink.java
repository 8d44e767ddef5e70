package io.kvops.migration.filter;

import io.kvops.migration.value.ElementSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.WholeRecord.Element;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets records pass that a {@link Sieve} lets pass. What depends on the value is decided when enough of it is known; a record
 * that is too large to be held until then is measured, and given to {@link Later} if it passes. For one thread.
 */
public final class FilterSink extends ElementSink {
    /** Takes records that passed, but could not be held: they have to be read once more. */
    public interface Later {
        /** The record that is passing is to be read again, for a sink that need not decide. */
        void again() throws StoreException;
    }

    private enum Mode {
        PASS,
        HOLD,
        MEASURE,
        DROP
    }

    private final Sieve sieve;
    private final long maxHeldBytes;
    private final Clock clock;
    private final RecordSink next;
    private final Later later;
    private final Pass pass;
    private final List<Element> held = new ArrayList<>();
    private @Nullable RecordHeader header;
    private Mode mode = Mode.DROP;
    private long bytes;
    private long cost;
    private long passed;

    public FilterSink(Sieve sieve, long maxHeldBytes, Clock clock, RecordSink next, Later later) {
        this.sieve = sieve;
        this.maxHeldBytes = maxHeldBytes;
        this.clock = clock;
        this.next = next;
        this.later = later;
        this.pass = new Pass();
    }

    /** Records that passed. */
    public long passed() {
        return passed;
    }

    /** What elements go to: without a copy if the record passes already. */
    public RecordSink entry() {
        return pass;
    }

    @Override
    public void begin(RecordHeader from) throws StoreException {
        held.clear();
        cost = 0;
        bytes = from.key().length();
        if (!sieve.header(from, clock.millis())) {
            mode = Mode.DROP;
        } else if (!sieve.needsValue()) {
            mode = Mode.PASS;
            next.begin(from);
        } else {
            mode = Mode.HOLD;
            header = own(from);
        }
    }

    @Override
    protected void element(Element element, long elementBytes) throws StoreException {
        if (mode == Mode.PASS) {
            element.writeTo(next);
            return;
        }
        if (mode == Mode.DROP) {
            return;
        }
        bytes += elementBytes;
        if (sieve.tooLarge(bytes)) {
            mode = Mode.DROP;
            held.clear();
            return;
        }
        if (mode == Mode.MEASURE) {
            return;
        }
        held.add(element);
        cost += cost(elementBytes);
        if (sieve.largeEnough(bytes)) {
            mode = Mode.PASS;
            release();
        } else if (cost > maxHeldBytes) {
            if (sieve.needsElements()) {
                throw new StoreException(
                        StoreException.Kind.UNSUPPORTED,
                        "the expression asks for the value of a record that is larger than " + maxHeldBytes
                                + " bytes, which is the most that is held; leave such records out: --size ..16m");
            }
            held.clear();
            mode = Mode.MEASURE;
        }
    }

    private void release() throws StoreException {
        RecordHeader of = header;
        if (of == null) {
            throw new IllegalStateException("no record has begun");
        }
        next.begin(of);
        for (Element element : held) {
            element.writeTo(next);
        }
        held.clear();
    }

    @Override
    public void end() throws StoreException {
        RecordHeader of = header;
        if (mode == Mode.HOLD && of != null && sieve.value(of, held, bytes, clock.millis())) {
            release();
            mode = Mode.PASS;
        }
        if (mode == Mode.PASS) {
            next.end();
            passed++;
        } else if (mode == Mode.MEASURE && sieve.size(bytes)) {
            later.again();
            passed++;
        }
        mode = Mode.DROP;
        held.clear();
    }

    @Override
    public void abort() throws StoreException {
        if (mode == Mode.PASS) {
            next.abort();
        }
        mode = Mode.DROP;
        held.clear();
    }

    /** Saves the copies of elements where the record passes without a look at its value. */
    private final class Pass extends ForwardingSink {
        @Override
        protected RecordSink to() {
            return mode == Mode.PASS ? next : FilterSink.this;
        }

        @Override
        public void begin(RecordHeader from) throws StoreException {
            FilterSink.this.begin(from);
        }

        @Override
        public void end() throws StoreException {
            FilterSink.this.end();
        }

        @Override
        public void abort() throws StoreException {
            FilterSink.this.abort();
        }
    }
}
