package io.kvops.agent.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Brings keys of all kinds into bytes, and hashes them 8 bytes at a time. Nothing is allocated for byte arrays, and for text
 * that is ASCII and no longer than the scratch. One thread at a time.
 */
final class KeyReader {
    static final int SCRATCH_BYTES = 512;

    private final byte[] scratch = new byte[SCRATCH_BYTES + 8];
    private final ByteBuffer words = ByteBuffer.wrap(scratch);
    private final long seed;

    /** The bytes of the last key: this part of this array. */
    byte[] bytes = scratch;

    int offset;
    int length;
    long hash;

    KeyReader(long seed) {
        this.seed = seed;
    }

    /**
     * Reads a key.
     *
     * @param keyLength -1: all of it
     * @return false if it is null or of no kind that can be read
     */
    boolean read(@Nullable Object key, int keyOffset, int keyLength) {
        if (key instanceof byte[]) {
            if (!readBytes((byte[]) key, keyOffset, keyLength)) {
                return false;
            }
        } else if (key instanceof String) {
            readText((String) key);
        } else if (key == null) {
            return false;
        } else {
            readOther(key);
        }
        hash = hash();
        return true;
    }

    private boolean readBytes(byte[] key, int keyOffset, int keyLength) {
        int n = keyLength < 0 ? key.length - keyOffset : keyLength;
        if (keyOffset < 0 || n < 0 || n > key.length - keyOffset) {
            return false;
        }
        length = n;
        if (n <= SCRATCH_BYTES) {
            System.arraycopy(key, keyOffset, scratch, 0, n);
            useScratch();
        } else {
            bytes = key;
            offset = keyOffset;
        }
        return true;
    }

    /** Writes a reference only if it changes: each write of one costs a barrier of the collector. */
    private void useScratch() {
        if (bytes != scratch) {
            bytes = scratch;
        }
        offset = 0;
    }

    private void readText(String key) {
        int n = key.length();
        int all = 0;
        if (n <= SCRATCH_BYTES) {
            for (int i = 0; i < n; i++) {
                char c = key.charAt(i);
                all |= c;
                scratch[i] = (byte) c;
            }
            if (all < 0x80) {
                useScratch();
                length = n;
                return;
            }
        }
        bytes = key.getBytes(StandardCharsets.UTF_8);
        offset = 0;
        length = bytes.length;
    }

    private void readOther(Object key) {
        if (key instanceof ByteBuffer) {
            ByteBuffer buffer = ((ByteBuffer) key).duplicate();
            bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
        } else {
            bytes = key.toString().getBytes(StandardCharsets.UTF_8);
        }
        offset = 0;
        length = bytes.length;
    }

    private long hash() {
        long h = seed ^ length;
        int done = 0;
        while (done < length) {
            int part = Math.min(SCRATCH_BYTES, length - done);
            // zero after the end, as the last word is hashed whole
            if (bytes != scratch) {
                System.arraycopy(bytes, offset + done, scratch, 0, part);
            }
            words.putLong(part, 0);
            for (int i = 0; i < part; i += 8) {
                h = Hashes.add(h, words.getLong(i));
            }
            done += part;
        }
        return Hashes.end(h);
    }
}
