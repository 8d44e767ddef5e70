package io.kvops.migration.filter;

import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;

/**
 * A pattern over bytes as the KEYS command of Redis documents it: {@code *} any bytes, {@code ?} one, {@code [ab]}, {@code
 * [a-z]}, {@code [^a]} one of them, or none of them, {@code \} takes the next one as it is. In time proportional to both
 * lengths at most. Immutable.
 */
public final class Glob {
    private final byte[] pattern;

    public Glob(String pattern) {
        this.pattern = pattern.getBytes(StandardCharsets.UTF_8);
    }

    public boolean matches(Slice text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                mark = t;
                continue;
            }
            int next = p < pattern.length ? one(p, text.at(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    /** Where the pattern goes on if its element there takes the byte, else -1. */
    private int one(int at, byte b) {
        return switch (pattern[at]) {
            case '?' -> at + 1;
            case '[' -> oneOf(at + 1, b & 0xff);
            case '\\' -> {
                int escaped = at + 1 < pattern.length ? at + 1 : at;
                yield pattern[escaped] == b ? escaped + 1 : -1;
            }
            default -> pattern[at] == b ? at + 1 : -1;
        };
    }

    private int oneOf(int begin, int b) {
        int p = begin;
        boolean not = p < pattern.length && pattern[p] == '^';
        if (not) {
            p++;
        }
        boolean found = false;
        while (p < pattern.length && pattern[p] != ']') {
            if (pattern[p] == '\\' && p + 1 < pattern.length) {
                p++;
            }
            int from = pattern[p] & 0xff;
            int to = from;
            if (p + 2 < pattern.length && pattern[p + 1] == '-' && pattern[p + 2] != ']') {
                to = pattern[p + 2] & 0xff;
                p += 2;
            }
            found |= Math.min(from, to) <= b && b <= Math.max(from, to);
            p++;
        }
        return found != not ? Math.min(p + 1, pattern.length) : -1;
    }
}
