package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;

/** LZF, as Redis packs long strings with it: literal runs and references back into what is unpacked already. */
final class Lzf {
    private static final int REACH = 8 << 10;
    private static final int MAX_RUN = 264;

    private Lzf() {}

    /**
     * Unpacks to exactly that length.
     *
     * @throws IllegalArgumentException if it does not unpack to it
     */
    static byte[] unpack(byte[] from, int offset, int length, int to) {
        byte[] out = new byte[to];
        int at = offset;
        int end = offset + length;
        int written = 0;
        while (at < end) {
            int control = from[at++] & 0xff;
            if (control < 32) {
                int run = control + 1;
                if (run > end - at || run > to - written) {
                    throw wrong();
                }
                System.arraycopy(from, at, out, written, run);
                at += run;
                written += run;
            } else {
                int run = control >> 5;
                if (run == 7) {
                    run += at < end ? from[at++] & 0xff : 0;
                }
                int back = written - ((control & 0x1f) << 8) - 1 - (at < end ? from[at++] & 0xff : to);
                run += 2;
                if (back < 0 || run > to - written) {
                    throw wrong();
                }
                for (int i = 0; i < run; i++) {
                    out[written++] = out[back++];
                }
            }
        }
        if (written != to) {
            throw wrong();
        }
        return out;
    }

    /** Unpacks in chunks: references reach back no more than 8 KiB. */
    static void unpack(RdbInput from, long packed, long to, int chunkBytes, RecordSink into) throws StoreException {
        byte[] out = new byte[REACH + chunkBytes + MAX_RUN];
        Slice chunk = new Slice();
        long end = from.position() + packed;
        long written = 0;
        int told = 0;
        int at = 0;
        while (from.position() < end) {
            int control = from.one();
            int run;
            if (control < 32) {
                run = control + 1;
                Slice literal = from.raw(run, chunk);
                System.arraycopy(literal.array(), literal.offset(), out, at, run);
            } else {
                run = (control >> 5) + 2;
                run += run == 9 ? from.one() : 0;
                int back = at - ((control & 0x1f) << 8) - 1 - from.one();
                if (back < 0) {
                    throw wrong();
                }
                for (int i = 0; i < run; i++) {
                    out[at + i] = out[back + i];
                }
            }
            at += run;
            written += run;
            if (written > to) {
                throw wrong();
            }
            if (at >= REACH + chunkBytes) {
                into.chunk(chunk.set(out, told, chunkBytes));
                told += chunkBytes;
                int kept = at - Math.min(told, at - REACH);
                System.arraycopy(out, at - kept, out, 0, kept);
                told -= at - kept;
                at = kept;
            }
        }
        if (written != to || from.position() != end) {
            throw wrong();
        }
        for (; told < at; told += chunk.length()) {
            into.chunk(chunk.set(out, told, Math.min(chunkBytes, at - told)));
        }
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("a packed string is damaged");
    }
}
