package io.kvops.agent.core;

import java.nio.charset.StandardCharsets;

/** What may leave the process of a key: {@code keys=plain|hash|pattern}. Immutable. */
final class Privacy {
    private final boolean keeps;
    private final boolean hashes;
    private final SipHash hash;

    /**
     * @param mode plain, hash or pattern
     * @param salt key of the hash: agents with the same salt hash a key to the same
     */
    Privacy(String mode, String salt) {
        keeps = !mode.equals("pattern");
        hashes = mode.equals("hash");
        byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
        SipHash seed = new SipHash(0x6B766F7073L, 0x73616C74L);
        long first = seed.hash(bytes);
        hash = new SipHash(first, new SipHash(first, 1).hash(bytes));
    }

    boolean keepsKeys() {
        return keeps;
    }

    boolean hashes() {
        return hashes;
    }

    /** The key, or its hash as 16 hexadecimal digits. */
    byte[] key(byte[] key) {
        if (!hashes) {
            return key;
        }
        long h = hash.hash(key);
        byte[] digits = new byte[16];
        for (int i = 0; i < 16; i++) {
            digits[i] = (byte) Character.forDigit((int) (h >>> (60 - 4 * i)) & 15, 16);
        }
        return digits;
    }
}
