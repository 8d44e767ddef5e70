package io.kvops.migration.filter;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A {@link Filter}, made ready. Immutable; any thread. */
public final class Sieve {
    private final Filter filter;
    private final List<Glob> globs;
    private final @Nullable Pattern regex;
    private final @Nullable Where where;
    private final @Nullable Range ttlSeconds;
    private final long sampleBelow;

    public Sieve(Filter filter) {
        this.filter = filter;
        globs = filter.match().stream().map(Glob::new).toList();
        regex = filter.regex().isEmpty() ? null : Pattern.compile(filter.regex());
        where = filter.where().isEmpty() ? null : Where.compile(filter.where());
        ttlSeconds = filter.ttl().contains("..") ? Range.parse(filter.ttl()) : null;
        sampleBelow = filter.sample() >= 1 ? Long.MAX_VALUE : (long) (filter.sample() * (1L << 53));
    }

    /** Whether a record with this key may pass. */
    public boolean key(Slice key) {
        if (!globs.isEmpty() && globs.stream().noneMatch(glob -> glob.matches(key))) {
            return false;
        }
        if (regex != null && !regex.matcher(key.toText()).find()) {
            return false;
        }
        return sampleBelow == Long.MAX_VALUE || KeyHash.of(key) >>> 11 < sampleBelow;
    }

    /** Whether a record with this header may pass, its key apart. */
    public boolean header(RecordHeader header, long nowMillis) {
        if (!filter.types().isEmpty() && !filter.types().contains(header.type())) {
            return false;
        }
        boolean fits = switch (filter.ttl()) {
            case "" -> true;
            case "none" -> !header.expires();
            case "any" -> header.expires();
            default ->
                header.expires()
                        && ttlSeconds != null
                        && ttlSeconds.has(Math.max(0, header.expiresAtMillis() - nowMillis) / 1000);
        };
        return fits && (where == null || where.needsValue() || where.test(header, List.of(), 0, nowMillis));
    }

    /** Whether {@link #value} has to be asked. */
    public boolean needsValue() {
        return !filter.size().equals(Range.ALL) || needsElements();
    }

    /** Whether it needs the value itself, and not only its size. */
    public boolean needsElements() {
        return where != null && where.needsValue();
    }

    /** Whether types have to be known, which opaque values hide. */
    public boolean needsType() {
        return !filter.types().isEmpty() || where != null;
    }

    /** Whether a value of more bytes than these can't pass any more. */
    public boolean tooLarge(long sizeBytes) {
        return sizeBytes > filter.size().to();
    }

    /** Whether the size alone lets it pass, now and when more is to come. */
    public boolean largeEnough(long sizeBytes) {
        return !needsElements()
                && filter.size().to() == Long.MAX_VALUE
                && sizeBytes >= filter.size().from();
    }

    /** Whether the size is right. */
    public boolean size(long sizeBytes) {
        return filter.size().has(sizeBytes);
    }

    /** Whether a whole record passes. */
    public boolean value(RecordHeader header, List<WholeRecord.Element> elements, long sizeBytes, long nowMillis) {
        return size(sizeBytes)
                && (where == null || !where.needsValue() || where.test(header, elements, sizeBytes, nowMillis));
    }
}
