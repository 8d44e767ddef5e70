package io.kvops.key;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Learns the templates of the keys it is shown and numbers them, within a bound. As {@link KeyTemplate}, but a place in a
 * key whose words turn out to have many values (user names, slugs) becomes {@code {s}} from then on: {@code user:alice},
 * {@code user:bob}, ... become {@code user:{s}}. The fuller the table, the fewer values it takes.
 *
 * <p>The templates form a tree, one token with its delimiter an edge; all edges stand in one hash table. Any thread may
 * ask. A key whose template is known costs one look into that table for each token: no lock, no allocation. What is new
 * takes a lock. The same keys in the same order give the same templates and numbers.
 */
public final class KeyTemplates {
    /** Number of the template {@code other}: that of keys for which there is no room. */
    public static final int OTHER = 0;

    private static final int EMPTY_KEY = 1;

    /** Words at the end of a key, and before a delimiter, that make a place one of many values. */
    private static final int MAX_LAST_WORDS = 32;

    private static final int MAX_INNER_WORDS = 32;

    /** The first word of a key often is the only one that says what it is about. */
    private static final int MAX_FIRST_WORDS = 128;

    private static final int ROOT = 0;
    private static final int MANY_LAST = 1;
    private static final int MANY_INNER = 2;
    private static final int NODE_BITS = 18;
    private static final long NODE_MASK = (1L << NODE_BITS) - 1;
    private static final long TEXT = KeyTokens.token(KeyTokens.TEXT, 0);

    private final int maxPatterns;
    private final int maxNodes;
    private final int mask;

    /** The table of edges: what an edge is, as a hash, with the node it leads to in its last bits; 0 is free. */
    private final AtomicLongArray edges;

    // nodes; written under the lock before the edge that leads to them
    private final int[] patternOf;
    private final int[] parentOf;
    private final byte[] repeats;
    private final byte[] many;
    private final short[] lastWords;
    private final short[] innerWords;
    private final String[] texts;
    private int nodes = 1;

    private final String[] patterns;
    private volatile int size;
    private volatile boolean full;
    private final LongAdder overflow = new LongAdder();

    /** @param maxPatterns most templates, 16 to 65536, {@code other} included; takes about 1 KB of memory for each */
    public KeyTemplates(int maxPatterns) {
        if (maxPatterns < 16 || maxPatterns > 1 << 16) {
            throw new IllegalArgumentException("maxPatterns: " + maxPatterns + " (expected 16 to 65536)");
        }
        this.maxPatterns = maxPatterns;
        maxNodes = 4 * maxPatterns;
        int capacity = Integer.highestOneBit(maxNodes) * 4;
        mask = capacity - 1;
        edges = new AtomicLongArray(capacity);
        patternOf = new int[maxNodes];
        Arrays.fill(patternOf, -1);
        parentOf = new int[maxNodes];
        repeats = new byte[maxNodes];
        many = new byte[maxNodes];
        lastWords = new short[maxNodes];
        innerWords = new short[maxNodes];
        texts = new String[maxNodes];
        texts[ROOT] = "";
        patterns = new String[maxPatterns];
        patterns[OTHER] = "other";
        patterns[EMPTY_KEY] = KeyTemplate.OF_EMPTY_KEY;
        size = 2;
    }

    /** Number of the template of a key; {@link #OTHER} if there is no room for it. */
    public int idOf(byte[] key, int offset, int length) {
        if (length == 0) {
            return EMPTY_KEY;
        }
        int end = offset + length;
        int position = offset;
        int node = ROOT;
        boolean segmentStart = true;
        for (int n = 1; ; n++) {
            long token = KeyTemplate.next(key, offset, position, end, n, segmentStart);
            int at = position;
            position += KeyTokens.length(token);
            boolean last = position == end || KeyTokens.endsKey(token);
            byte delimiter = last ? 0 : key[position];
            node = child(node, token, delimiter, last, key, at);
            if (node < 0) {
                overflow.increment();
                return OTHER;
            }
            if (last) {
                return patternOf[node];
            }
            segmentStart = KeyTokens.isMajor(delimiter);
            position++;
        }
    }

    /** The template of a number that {@link #idOf} gave. */
    public String pattern(int id) {
        if (id < 0 || id >= size) {
            throw new IllegalArgumentException("template " + id + " (expected 0 to " + (size - 1) + ")");
        }
        return patterns[id];
    }

    /** Templates so far: their numbers are 0 to this, exclusive. */
    public int size() {
        return size;
    }

    /** Times that {@link #idOf} answered {@link #OTHER}. */
    public long overflow() {
        return overflow.sum();
    }

    /** The node that a token leads to, made if need be, or -1 if there is no room. */
    private int child(int parent, long token, byte delimiter, boolean last, byte[] key, int at) {
        int from = parent;
        long what = token;
        if (KeyTokens.kind(token) == KeyTokens.LITERAL && (many[parent] & (last ? MANY_LAST : MANY_INNER)) != 0) {
            what = TEXT;
        }
        if (KeyTokens.kind(what) == KeyTokens.TEXT && repeats[parent] != 0) {
            from = parentOf[parent]; // {s}-{s} is {s}: a slug of any number of words is one template
        }
        long edge = edge(from, what, delimiter, last);
        int node = find(edge);
        if (node >= 0) {
            return node;
        }
        return full ? -1 : add(parent, token, delimiter, last, key, at);
    }

    private synchronized int add(int parent, long token, byte delimiter, boolean last, byte[] key, int at) {
        long what = token;
        if (KeyTokens.kind(token) == KeyTokens.LITERAL) {
            short[] words = last ? lastWords : innerWords;
            int flag = last ? MANY_LAST : MANY_INNER;
            if ((many[parent] & flag) == 0
                    && find(edge(parent, token, delimiter, last)) < 0
                    && ++words[parent] > maxWords(parent, last)) {
                many[parent] |= (byte) flag;
            }
            what = (many[parent] & flag) != 0 ? TEXT : token;
        }
        int from = KeyTokens.kind(what) == KeyTokens.TEXT && repeats[parent] != 0 ? parentOf[parent] : parent;
        long edge = edge(from, what, delimiter, last);
        int node = find(edge);
        if (node >= 0) {
            return node; // another thread was first
        }
        if (nodes == maxNodes || (last && size == maxPatterns)) {
            full = nodes == maxNodes || size == maxPatterns;
            return -1;
        }
        node = nodes++;
        String text = texts[from] + KeyTokens.text(what, key, at);
        if (last) {
            patterns[size] = text;
            patternOf[node] = size;
            size = size + 1;
        } else {
            texts[node] = text + (char) delimiter;
            parentOf[node] = from;
            repeats[node] = (byte) (KeyTokens.kind(what) == KeyTokens.TEXT && !KeyTokens.isMajor(delimiter) ? 1 : 0);
        }
        publish(edge, node);
        return node;
    }

    /** Fewer as the table fills, so that what varies most gives way before there is no room for what is new. */
    private int maxWords(int parent, boolean last) {
        int words = last ? MAX_LAST_WORDS : parent == ROOT ? MAX_FIRST_WORDS : MAX_INNER_WORDS;
        double free = Math.min(1 - (double) size / maxPatterns, 1 - (double) nodes / maxNodes);
        return Math.max(1, (int) Math.min(words, 2 * words * free));
    }

    /** Not 0, and with room for a node. */
    private static long edge(int parent, long token, byte delimiter, boolean last) {
        long from = ((long) parent << 9) | (last ? 256 : delimiter & 0xFF);
        long hash = (KeyTokens.identity(token) + from * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        return ((hash ^ (hash >>> 32)) & ~NODE_MASK) | (1L << 63);
    }

    private int find(long edge) {
        for (int i = slot(edge); ; i = (i + 1) & mask) {
            long found = edges.get(i);
            if ((found & ~NODE_MASK) == edge) {
                return (int) (found & NODE_MASK);
            }
            if (found == 0) {
                return -1;
            }
        }
    }

    private void publish(long edge, int node) {
        int i = slot(edge);
        while (edges.get(i) != 0) {
            i = (i + 1) & mask;
        }
        edges.set(i, edge | node);
    }

    private int slot(long edge) {
        return (int) (edge >>> NODE_BITS) & mask;
    }
}
