package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of a part by SCAN: each that is there from beginning to end comes once or more.
 *
 * <p>A cursor is a place in the server's hash table, and SCAN counts it up from its highest bit downwards ({@code dictScan} of
 * {@code dict.c}), so that a place keeps its meaning while the table grows or shrinks. Read backwards, cursors ascend; so the
 * range of all cursors is cut into equal ones, and each holds the keys whose hashes fall into it, whatever the table's size is.
 * After a restart, or at another server, hashes and cursors mean other keys, and those of a part that was read already may now
 * be in this one's place: then what is left of any part is all keys.
 *
 * <p>A part's text is {@code redis:RUN:PART/PARTS:CURSOR}, and the keys of a page that was left in its middle in hexadecimal digits.
 */
final class ScanKeys implements KeySource {
    /** Nothing is left. */
    static final String END = "redis:end";

    private static final byte[] SCAN = RespConnection.ascii("SCAN");
    private static final byte[] COUNT = RespConnection.ascii("COUNT");
    private static final int PAGE = 256;
    private static final int COUNT_STEP = 4;
    private static final int MAX_PARTS = 1024;
    private static final Pattern FORM = Pattern.compile("redis:([^:]*):(\\d{1,4})/(\\d{1,4}):(\\d{1,20})(?::(.*))?");

    private final String runId;
    private final int part;
    private final int parts;
    private final String start;
    private List<byte[]> left = List.of();
    private String cursor;
    private boolean more;
    private int count = PAGE;

    /**
     * @throws IllegalArgumentException if the part is none of a Redis
     */
    ScanKeys(ScanPart of, String runId) {
        this.runId = runId;
        Matcher words = FORM.matcher(of.text().equals(END) ? "redis:" + runId + ":0/1:0" : of.text());
        if (!words.matches()) {
            throw new IllegalArgumentException("part: not one of a Redis (expected redis:RUN:PART/PARTS:CURSOR)");
        }
        boolean same = words.group(1).equals(runId);
        part = same ? Integer.parseInt(words.group(2)) : 0;
        parts = same ? Integer.parseInt(words.group(3)) : 1;
        if (Integer.bitCount(parts) != 1 || parts > MAX_PARTS || part >= parts) {
            throw new IllegalArgumentException("part: " + part + " of " + parts + " (expected a power of two)");
        }
        cursor = same ? words.group(4) : "0";
        start = of.text().equals(END) ? END : text(cursor);
        more = !start.equals(END);
        String keys = words.group(5);
        if (same && keys != null) {
            left = keys(keys);
            more = comparedToEnd(cursor) < 0;
        }
    }

    /** Equal parts, as many as wanted or fewer: powers of two. */
    static List<ScanPart> split(String runId, int wanted) {
        int parts = Integer.highestOneBit(Math.max(1, Math.min(wanted, MAX_PARTS)));
        List<ScanPart> all = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            all.add(new ScanPart("redis:" + runId + ":" + i + "/" + parts + ":" + first(i, parts)));
        }
        return all;
    }

    private static String first(int part, int parts) {
        return Long.toUnsignedString(Long.reverse(bound(part, parts)));
    }

    /** Where a part begins, read backwards. */
    private static long bound(int part, int parts) {
        return part == 0 ? 0 : (long) part << (Long.SIZE - Integer.numberOfTrailingZeros(parts));
    }

    /** Whether scanning has come to the part's end (0), is on its way (less), or has gone too far. 0 is behind all cursors. */
    private int comparedToEnd(String next) {
        boolean last = part + 1 == parts;
        if (next.equals("0")) {
            return last ? 0 : 1;
        }
        return last ? -1 : Long.compareUnsigned(Long.reverse(Long.parseUnsignedLong(next)), bound(part + 1, parts));
    }

    private String text(String from) {
        return "redis:" + runId + ":" + part + "/" + parts + ":" + from;
    }

    private static List<byte[]> keys(String text) {
        List<byte[]> keys = new ArrayList<>();
        for (String key : text.split(",", -1)) {
            keys.add(HexFormat.of().parseHex(key));
        }
        return keys;
    }

    @Override
    public String start() {
        return start;
    }

    @Override
    public ScanPart rest(List<byte[]> leftOfPage, String before, String after) {
        if (leftOfPage.isEmpty()) {
            return new ScanPart(after);
        }
        StringBuilder text = new StringBuilder(after.equals(END) ? text("0") : after);
        char separator = ':';
        for (byte[] key : leftOfPage) {
            text.append(separator).append(HexFormat.of().formatHex(key));
            separator = ',';
            if (text.length() > ScanPart.MAX_CHARS) {
                return new ScanPart(before);
            }
        }
        return new ScanPart(text.toString());
    }

    @Override
    public boolean more() {
        return more || !left.isEmpty();
    }

    @Override
    public void ask(RespOutput out) throws IOException {
        if (left.isEmpty()) {
            out.command(SCAN, 3).arg(cursor).arg(COUNT).arg(count);
        }
    }

    @Override
    public Page answer(RespInput in, Predicate<Slice> wanted) throws IOException, StoreException, ErrorReply {
        if (!left.isEmpty()) {
            Page page = new Page(left, more ? text(cursor) : END);
            left = List.of();
            return page;
        }
        in.array();
        String next = in.text();
        int found = in.array();
        List<byte[]> keys = new ArrayList<>(found);
        Slice key = new Slice();
        for (int i = 0; i < found; i++) {
            in.bulk(key);
            if (!TemporaryKey.is(key) && wanted.test(key)) {
                keys.add(key.toBytes());
            }
        }
        int over = comparedToEnd(next);
        if (over <= 0) {
            cursor = next;
            more = over < 0;
        } else if (count > 1) {
            // some of these keys are the next part's: ask for fewer
            keys = List.of();
            count /= COUNT_STEP;
        } else {
            more = false;
            if (beyond(next)) {
                keys = List.of();
            }
        }
        return new Page(keys, more ? text(cursor) : END);
    }

    /**
     * Whether all keys that one question for one key brought are the next part's. Scanning ends behind the first bucket that
     * is not empty, and buckets begin at multiples of their width, which is no more than the lowest bit of where one ends. If
     * that is less than a part's width, a bucket begins where the next part does; and as the end is behind that, the bucket
     * with the keys is.
     */
    private boolean beyond(String end) {
        long lowest = Long.lowestOneBit(Long.reverse(Long.parseUnsignedLong(end)));
        return lowest != 0 && Long.compareUnsigned(lowest, bound(1, parts)) < 0;
    }
}
