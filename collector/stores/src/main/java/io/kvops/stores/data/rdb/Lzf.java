package io.kvops.stores.data.rdb;

/** LZF, as Redis packs long strings with it: literal runs and references back into what is unpacked already. */
final class Lzf {
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

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("a packed string is damaged");
    }
}
