package io.kvops.stores.format;

import java.util.Arrays;
import java.util.Random;

/** Changes a file as disks, networks and people do. */
final class Mutation {
    private static final int MAX_RUN = 64;

    private Mutation() {}

    /** The same with one to three changes. */
    static byte[] of(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int run = Math.min(bytes.length - at, 1 + random.nextInt(MAX_RUN));
        switch (random.nextInt(8)) {
            case 0:
                return Arrays.copyOf(bytes, at);
            case 1:
                bytes[at] = (byte) random.nextInt();
                return bytes;
            case 2:
                for (int i = at; i < at + run; i++) {
                    bytes[i] = (byte) random.nextInt();
                }
                return bytes;
            case 3:
                Arrays.fill(bytes, at, at + run, (byte) 0);
                return bytes;
            case 4:
                return spliced(bytes, at, at + run, new byte[0]);
            case 5:
                return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + run));
            case 6:
                // a length, or a piece of one, at its extremes
                bytes[at] = (byte) (random.nextBoolean() ? 0x7f : 0xff);
                return bytes;
            default:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return bytes;
        }
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
        byte[] changed = new byte[bytes.length - (to - from) + instead.length];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(instead, 0, changed, from, instead.length);
        System.arraycopy(bytes, to, changed, from + instead.length, bytes.length - to);
        return changed;
    }
}
