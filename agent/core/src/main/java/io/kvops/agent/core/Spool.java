package io.kvops.agent.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Frames that are not acked, in a ring that outlives its process. The file is a header of {@value #HEADER} bytes, two slots
 * for the frame that is still growing (the <em>tail</em>; its versions go to the slots in turn, so that one is always
 * whole), and the ring. A record is length, CRC-32, sequence and the frame; one that was cut short does not match its CRC
 * and is not there. Any thread.
 */
final class Spool {
    static final int HEADER = 4_096;
    static final int TAIL_BYTES = 512 << 10;
    static final int RING_AT = HEADER + 2 * TAIL_BYTES;
    static final int FIRST_RING_BYTES = 1 << 20;

    /** Largest frame. */
    static final int FRAME_BYTES_MAX = TAIL_BYTES - 64;

    private static final long MAGIC = 0x4B564F5053504C31L; // KVOPSPL1
    private static final int AGENT_AT = 8;
    private static final int READ_AT = 24;
    private static final int ACKED_AT = 32;
    private static final int RECORD_HEADER = 16;
    private static final int TAIL_HEADER = 24;
    private static final int WRAP = -1;

    private final SpoolStore store;
    private final UUID agentId;
    private final boolean recovered;
    private int ringMax;
    /** By sequence number. */
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    private ByteBuffer bytes;
    private int writeAt;
    private long acked;
    private long lastSequence;
    private long tailVersion;
    private boolean closed;

    private Spool(SpoolStore store, UUID agentId, int ringMax, boolean recovered) {
        this.store = store;
        this.agentId = agentId;
        this.ringMax = ringMax;
        this.recovered = recovered;
        bytes = store.bytes();
    }

    /** Begins an empty spool in a store of {@link #firstBytes} bytes. */
    static Spool create(SpoolStore store, UUID agentId, long bytesMax) {
        Spool spool = new Spool(store, agentId, (int) Math.min(1 << 30, Math.max(bytesMax, FIRST_RING_BYTES)), false);
        spool.bytes.putLong(AGENT_AT, agentId.getMostSignificantBits());
        spool.bytes.putLong(AGENT_AT + 8, agentId.getLeastSignificantBits());
        spool.bytes.putLong(0, MAGIC);
        return spool;
    }

    static int firstBytes() {
        return RING_AT + FIRST_RING_BYTES;
    }

    /** Reads what a dead process left. */
    static Spool recover(SpoolStore store) throws IOException {
        ByteBuffer b = store.bytes();
        if (b.capacity() < firstBytes() || b.getLong(0) != MAGIC) {
            throw new IOException(store.place() + " is not a spool");
        }
        Spool spool =
                new Spool(store, new UUID(b.getLong(AGENT_AT), b.getLong(AGENT_AT + 8)), b.capacity() - RING_AT, true);
        spool.acked = b.getLong(ACKED_AT);
        spool.lastSequence = spool.acked;
        spool.scan((int) b.getLong(READ_AT));
        spool.recoverTail();
        return spool;
    }

    /** Finds the records from an offset in the ring on, as long as they are whole and in sequence. */
    private void scan(int from) {
        int at = from;
        int ring = bytes.capacity() - RING_AT;
        boolean wrapped = false;
        while (true) {
            if (at + RECORD_HEADER > ring || bytes.getInt(RING_AT + at) == WRAP) {
                if (wrapped) {
                    return;
                }
                wrapped = true;
                at = 0;
            }
            int length = bytes.getInt(RING_AT + at);
            if (length <= 0 || length > FRAME_BYTES_MAX || at + RECORD_HEADER + length > ring) {
                return;
            }
            long sequence = bytes.getLong(RING_AT + at + 8);
            boolean next = entries.isEmpty() ? sequence >= 1 : sequence == lastSequence + 1;
            if (!next || bytes.getInt(RING_AT + at + 4) != crc(sequence, RING_AT + at + RECORD_HEADER, length)) {
                return;
            }
            if (sequence > acked) {
                entries.put(sequence, new Entry(sequence, RING_AT + at + RECORD_HEADER, length, at));
                lastSequence = sequence;
            } else if (!entries.isEmpty()) {
                return;
            }
            at += padded(RECORD_HEADER + length);
        }
    }

    private void recoverTail() {
        Entry best = null;
        long bestVersion = 0;
        for (int slot = 0; slot < 2; slot++) {
            int at = HEADER + slot * TAIL_BYTES;
            int length = bytes.getInt(at);
            long sequence = bytes.getLong(at + 8);
            long version = bytes.getLong(at + 16);
            if (length > 0
                    && length <= FRAME_BYTES_MAX
                    && sequence > lastSequence
                    && version > bestVersion
                    && bytes.getInt(at + 4) == crc(sequence ^ version << 32, at + TAIL_HEADER, length)) {
                best = new Entry(sequence, at + TAIL_HEADER, length, -1);
                bestVersion = version;
            }
        }
        if (best != null) {
            entries.put(best.sequence, best);
            lastSequence = best.sequence;
        }
    }

    UUID agentId() {
        return agentId;
    }

    /** True if another process wrote it, which is dead. */
    boolean isOfDeadProcess() {
        return recovered;
    }

    String place() {
        return store.place();
    }

    /** Adds a closed frame; false if there is no room. */
    synchronized boolean append(long sequence, byte[] frame) {
        int need = padded(RECORD_HEADER + frame.length);
        if (frame.length > FRAME_BYTES_MAX || !makeRoom(need)) {
            return false;
        }
        int at = RING_AT + writeAt;
        put(frame, at + RECORD_HEADER);
        bytes.putLong(at + 8, sequence);
        bytes.putInt(at + 4, crc(sequence, at + RECORD_HEADER, frame.length));
        bytes.putInt(at, frame.length);
        entries.put(sequence, new Entry(sequence, at + RECORD_HEADER, frame.length, writeAt));
        lastSequence = sequence;
        writeAt += need;
        notifyAll();
        return true;
    }

    /** Keeps the frame that is still growing, in place of its last version. */
    synchronized void putTail(long sequence, byte[] frame) {
        if (frame.length > FRAME_BYTES_MAX) {
            return;
        }
        tailVersion++;
        int at = HEADER + (int) (tailVersion & 1) * TAIL_BYTES;
        put(frame, at + TAIL_HEADER);
        bytes.putLong(at + 8, sequence);
        bytes.putLong(at + 16, tailVersion);
        bytes.putInt(at + 4, crc(sequence ^ tailVersion << 32, at + TAIL_HEADER, frame.length));
        bytes.putInt(at, frame.length);
    }

    private void put(byte[] frame, int at) {
        ByteBuffer target = bytes.duplicate();
        target.position(at);
        target.put(frame);
    }

    /** True if frames of so many bytes in all can be added. */
    synchronized boolean hasRoom(long frameBytes) {
        Entry oldest = oldest();
        if (oldest == null || writeAt > oldest.ringAt) {
            growFor((int) Math.min(ringMax, (oldest == null ? 0 : writeAt) + frameBytes));
        }
        return freeBytes() >= frameBytes + 4 * RECORD_HEADER;
    }

    private long freeBytes() {
        Entry oldest = oldest();
        if (oldest == null) {
            return ringMax;
        }
        return writeAt > oldest.ringAt
                ? (long) ringMax - writeAt + Math.max(0, oldest.ringAt - RECORD_HEADER)
                : (long) oldest.ringAt - writeAt - RECORD_HEADER;
    }

    /** Moves the write position to where so many bytes are free, growing the ring or going round. */
    private boolean makeRoom(int need) {
        Entry oldest = oldest();
        int ring;
        if (oldest == null) {
            // what is written here later must not be taken for what lay here before: sequences tell
            writeAt = 0;
            bytes.putLong(READ_AT, 0);
        } else if (writeAt <= oldest.ringAt) {
            return writeAt + need < oldest.ringAt;
        }
        ring = growFor(writeAt + need + RECORD_HEADER);
        if (writeAt + need + RECORD_HEADER <= ring) {
            return true;
        }
        if (oldest == null || need >= oldest.ringAt) {
            return false;
        }
        bytes.putInt(RING_AT + writeAt, WRAP);
        writeAt = 0;
        return true;
    }

    /** Makes the ring so large, if it may be and there is space on the disk; returns its size. */
    private int growFor(int wanted) {
        int ring = bytes.capacity() - RING_AT;
        while (ring < wanted && ring < ringMax) {
            int larger = (int) Math.min(ringMax, 2L * ring);
            if (!store.grow(RING_AT + larger)) {
                ringMax = ring; // no space: this is all there is
                break;
            }
            bytes = store.bytes();
            ring = larger;
        }
        return ring;
    }

    /** The first frame after a sequence number; null if there is none. */
    synchronized @Nullable SpooledFrame next(long afterSequence) {
        Map.Entry<Long, Entry> next = entries.higherEntry(afterSequence);
        if (next == null) {
            return null;
        }
        Entry entry = next.getValue();
        byte[] frame = new byte[entry.length];
        ByteBuffer source = bytes.duplicate();
        source.position(entry.at);
        source.get(frame);
        return new SpooledFrame(entry.sequence, frame);
    }

    /** Gives a frame up that no collector takes. */
    synchronized void remove(long sequence) {
        entries.remove(sequence);
        notifyAll();
    }

    private @Nullable Entry oldest() {
        return entries.isEmpty() ? null : entries.firstEntry().getValue();
    }

    /** The collector has this frame and all before it. */
    synchronized void acked(long sequence) {
        if (sequence <= acked) {
            return;
        }
        acked = Math.min(sequence, lastSequence);
        bytes.putLong(ACKED_AT, acked);
        entries.headMap(acked, true).clear();
        Entry oldest = oldest();
        if (oldest != null && oldest.ringAt >= 0) {
            bytes.putLong(READ_AT, oldest.ringAt);
        }
        notifyAll();
    }

    /** The last sequence number that was acked, 0 if none was. */
    synchronized long acked() {
        return acked;
    }

    /** The sequence number of the last frame that waits, 0 if none does. */
    synchronized long lastSequence() {
        return entries.isEmpty() ? 0 : entries.lastKey();
    }

    /** True if every frame was acked. */
    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    synchronized int size() {
        return entries.size();
    }

    /** Bytes of the frames that are not acked. */
    synchronized long bytesWaiting() {
        long sum = 0;
        for (Entry entry : entries.values()) {
            sum += entry.length;
        }
        return sum;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Ends it: an empty one is deleted, what is left in another waits for the next agent. */
    synchronized void close(boolean delete) throws IOException {
        try {
            if (delete) {
                store.delete();
            } else {
                store.close();
            }
        } finally {
            closed = true;
        }
    }

    private static int padded(int length) {
        return (length + 7) & ~7;
    }

    private int crc(long first, int at, int length) {
        CRC32 crc = new CRC32();
        for (int i = 0; i < 8; i++) {
            crc.update((int) ((first ^ (long) length << 32) >>> (8 * i)));
        }
        ByteBuffer part = bytes.duplicate();
        part.limit(at + length);
        part.position(at);
        crc.update(part);
        return (int) crc.getValue();
    }

    /** A frame and its number. */
    static final class SpooledFrame {
        final long sequence;
        final byte[] bytes;

        SpooledFrame(long sequence, byte[] bytes) {
            this.sequence = sequence;
            this.bytes = bytes;
        }
    }

    private static final class Entry {
        final long sequence;
        final int at;
        final int length;
        final int ringAt;

        Entry(long sequence, int at, int length, int ringAt) {
            this.sequence = sequence;
            this.at = at;
            this.length = length;
            this.ringAt = ringAt;
        }
    }
}
