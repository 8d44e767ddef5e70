package io.kvops.agent.core;

/** SipHash-2-4, a keyed hash: Aumasson, Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012. Immutable. */
final class SipHash {
    private final long k0;
    private final long k1;

    SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    long hash(byte[] data) {
        State s = new State(k0, k1);
        int words = data.length / 8;
        for (int w = 0; w < words; w++) {
            s.add(word(data, w * 8, 8));
        }
        s.add(word(data, words * 8, data.length - words * 8) | (long) data.length << 56);
        return s.end();
    }

    /** Little endian. */
    private static long word(byte[] data, int at, int length) {
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (data[at + i] & 0xFFL) << (8 * i);
        }
        return word;
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ 0x736F6D6570736575L;
            v1 = k1 ^ 0x646F72616E646F6DL;
            v2 = k0 ^ 0x6C7967656E657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void add(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xFF;
            for (int i = 0; i < 4; i++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
