package io.kvops.agent.core;

import java.nio.charset.StandardCharsets;

/** What may leave the process of a key: {@code keys=plain|hash|pattern}. Any thread. */
final class Privacy {
    private final SipHash hash;
    private volatile String mode;

    /**
     * @param mode plain, hash or pattern
     * @param salt key of the hash: agents with the same salt hash a key to the same
     */
    Privacy(String mode, String salt) {
        this.mode = mode;
        byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
        SipHash seed = new SipHash(0x6B766F7073L, 0x73616C74L);
        long first = seed.hash(bytes);
        hash = new SipHash(first, new SipHash(first, 1).hash(bytes));
    }

    /** Changes the mode; whoever makes frames must not be in the middle of one. */
    void use(String newMode) {
        mode = newMode;
    }

    boolean keepsKeys() {
        return !mode.equals("pattern");
    }

    boolean hashes() {
        return mode.equals("hash");
    }

    /** The key, or its hash as 16 hexadecimal digits. */
    byte[] key(byte[] key) {
        if (!hashes()) {
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
