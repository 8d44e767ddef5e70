package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record that is held in memory as a whole: for small ones and for tests. Fields and members are sorted by their bytes,
 * so two records are equal if and only if their keys, types, expiries, metadata and values are. Immutable as long as nobody
 * writes to the arrays.
 */
public final class WholeRecord {
    private static final Comparator<Element> BY_NAME = Comparator.comparing(Element::name);

    private final RecordHeader header;
    private final List<Element> elements;

    WholeRecord(RecordHeader header, List<Element> elements) {
        this.header = header;
        List<Element> sorted = new ArrayList<>(elements);
        switch (header.type()) {
            case HASH, SET, ZSET -> {
                sorted.sort(BY_NAME);
                sorted = lastOfEach(sorted);
            }
            default -> {}
        }
        this.elements = List.copyOf(sorted);
    }

    /** A name that comes again takes the place of the one before: a cursor over a table that grows gives some twice. */
    private static List<Element> lastOfEach(List<Element> sorted) {
        List<Element> kept = new ArrayList<>(sorted.size());
        for (int i = 0; i < sorted.size(); i++) {
            if (i + 1 == sorted.size()
                    || !sorted.get(i).name().equals(sorted.get(i + 1).name())) {
                kept.add(sorted.get(i));
            }
        }
        return kept;
    }

    /** One of elements that fit its type. */
    public static WholeRecord of(RecordHeader header, List<? extends Element> elements) {
        return new WholeRecord(header, List.copyOf(elements));
    }

    /** A string without expiry. */
    public static WholeRecord string(Slice key, Slice value) {
        return new WholeRecord(
                RecordHeader.of(key, RecordType.STRING, RecordHeader.NO_EXPIRY), List.of(new Chunk(value)));
    }

    public RecordHeader header() {
        return header;
    }

    public Slice key() {
        return header.key();
    }

    /** A string's or opaque value's one chunk; fields and members sorted; the rest in its order. */
    public List<Element> elements() {
        return elements;
    }

    /** Tells it to a sink, from begin to end. */
    public void writeTo(RecordSink sink) throws StoreException {
        sink.begin(header);
        for (Element element : elements) {
            element.writeTo(sink);
        }
        sink.end();
    }

    /** Whether type, expiry and value are the same, whatever the keys and metadata are. */
    public boolean sameValue(WholeRecord other) {
        return header.type() == other.header.type()
                && header.expiresAtMillis() == other.header.expiresAtMillis()
                && elements.equals(other.elements);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WholeRecord record && header.equals(record.header) && elements.equals(record.elements);
    }

    @Override
    public int hashCode() {
        return Objects.hash(header, elements);
    }

    @Override
    public String toString() {
        return header + " with " + elements.size() + " elements";
    }

    /** A part of a value. */
    public sealed interface Element {
        /** What it is sorted by where order means nothing. */
        Slice name();

        void writeTo(RecordSink sink) throws StoreException;
    }

    /** An element of {@link RecordSink#chunk}. */
    public record Chunk(Slice name) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.chunk(name);
        }
    }

    /** An element of {@link RecordSink#field}. */
    public record Field(Slice name, Slice value, long expiresAtMillis) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.field(name, value, expiresAtMillis);
        }
    }

    /** An element of {@link RecordSink#item}. */
    public record Item(Slice name) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.item(name);
        }
    }

    /** An element of {@link RecordSink#member}. */
    public record Member(Slice name) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.member(name);
        }
    }

    /** An element of {@link RecordSink#scored}. */
    public record Scored(Slice name, double score) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.scored(name, score);
        }
    }

    /** An element of {@link RecordSink#entry}. */
    public record Entry(StreamId id, List<Slice> namesAndValues) implements Element {
        public Entry {
            namesAndValues = List.copyOf(namesAndValues);
        }

        @Override
        public Slice name() {
            return Slice.of(id.toString());
        }

        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.entry(id, namesAndValues);
        }
    }

    /** An element of {@link RecordSink#state}. */
    public record State(StreamId lastId, long entriesAdded, StreamId maxDeletedId) implements Element {
        @Override
        public Slice name() {
            return Slice.of("state");
        }

        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.state(lastId, entriesAdded, maxDeletedId);
        }
    }

    /** An element of {@link RecordSink#group}. */
    public record Group(Slice name, StreamId lastDelivered, long entriesRead) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.group(name, lastDelivered, entriesRead);
        }
    }

    /** An element of {@link RecordSink#consumer}. */
    public record Consumer(Slice name) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.consumer(name);
        }
    }

    /** An element of {@link RecordSink#pending}. */
    public record Pending(StreamId id, Slice name, long deliveredAtMillis, long deliveries) implements Element {
        @Override
        public void writeTo(RecordSink sink) throws StoreException {
            sink.pending(id, name, deliveredAtMillis, deliveries);
        }
    }
}
