package io.kvops.stores.format;

import static io.kvops.stores.format.KvbLayout.BLOCK_HEADER_BYTES;
import static io.kvops.stores.format.LittleEndian.putInt;
import static io.kvops.stores.format.LittleEndian.putLong;

import io.kvops.stores.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;

/** Writes what it is given as blocks: each {@code write} is one, or several where it is very long. */
final class KvbOutput extends OutputStream {
    /** Longer pieces, which one huge element makes, become several blocks. */
    private static final int SPLIT_BYTES = 4 << 20;

    private final OutputStream out;
    private final Compression compression;
    private final KvbCodec codec;
    private final long fileId;
    private final byte[] header = new byte[BLOCK_HEADER_BYTES];
    private final Crc chain;
    private final KvbIndex index;
    private long position;
    private long blocks;
    private long recordsBefore;
    private boolean startsRecord = true;

    private KvbOutput(OutputStream out, PackOptions packing, long fileId, Crc chain, KvbIndex index) {
        this.out = out;
        this.compression = packing.compression();
        this.codec = new KvbCodec(packing.level());
        this.fileId = fileId;
        this.chain = chain;
        this.index = index;
    }

    /** Begins a file. */
    static KvbOutput begin(OutputStream out, PackOptions packing, long fileId) throws IOException {
        KvbOutput blocks = new KvbOutput(out, packing, fileId, new Crc(), new KvbIndex());
        byte[] head = new byte[KvbLayout.HEAD_BYTES];
        System.arraycopy(KvbLayout.MAGIC, 0, head, 0, KvbLayout.MAGIC.length);
        head[8] = KvbLayout.VERSION;
        putLong(head, 16, fileId);
        putInt(head, 28, KvbLayout.crc(head, 0, 28));
        blocks.put(head, 0, head.length);
        return blocks;
    }

    /**
     * Goes on with a file.
     *
     * @param state as {@link #state} told it
     * @throws IllegalArgumentException if it is none
     */
    static KvbOutput resume(OutputStream out, PackOptions packing, String[] state) throws IOException {
        if (state.length != 5) {
            throw new IllegalArgumentException("state of " + state.length + " parts (expected 5)");
        }
        KvbIndex index = KvbIndex.ofBytes(Base64.getDecoder().decode(state[4]));
        KvbOutput blocks =
                new KvbOutput(out, packing, Long.parseUnsignedLong(state[0], 16), new Crc(Crc.parse(state[3])), index);
        blocks.position = Long.parseLong(state[1]);
        blocks.blocks = Long.parseLong(state[2]);
        return blocks;
    }

    /** What another one needs to go on, words with blanks between. */
    String state() {
        return Long.toHexString(fileId) + " " + position + " " + blocks + " " + Crc.text(chain.value()) + " "
                + Base64.getEncoder().encodeToString(index.toBytes());
    }

    /**
     * What the blocks written next are.
     *
     * @param records that ended before
     */
    void nextBlock(boolean beginsWithRecord, long records) {
        startsRecord = beginsWithRecord;
        recordsBefore = records;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] content, int from, int length) throws IOException {
        for (int done = 0; done < length; done += SPLIT_BYTES) {
            if (startsRecord) {
                index.add(position, recordsBefore);
            }
            block(KvbLayout.KIND_RECORDS, content, from + done, Math.min(SPLIT_BYTES, length - done));
            blocks++;
            startsRecord = false;
        }
    }

    private void block(byte kind, byte[] content, int from, int length) throws IOException {
        int packed = codec.pack(compression, content, from, length);
        byte[] stored = packed < 0 ? content : codec.packed();
        int storedFrom = packed < 0 ? from : 0;
        int storedLength = packed < 0 ? length : packed;
        putInt(header, 0, KvbLayout.BLOCK_MAGIC);
        header[4] = kind;
        header[5] = KvbLayout.code(packed < 0 ? Compression.NONE : compression);
        header[6] = startsRecord ? KvbLayout.FLAG_STARTS_RECORD : 0;
        putLong(header, 8, fileId);
        putLong(header, 16, blocks);
        putLong(header, 24, recordsBefore);
        putInt(header, 32, length);
        putInt(header, 36, storedLength);
        putInt(header, 40, KvbLayout.crc(stored, storedFrom, storedLength));
        putInt(header, 44, KvbLayout.crc(header, 0, 44));
        if (kind == KvbLayout.KIND_RECORDS) {
            chain.update(header, 44, 4);
        }
        put(header, 0, header.length);
        put(stored, storedFrom, storedLength);
    }

    /** Writes index and trailer. */
    void finish(long records) throws IOException, StoreException {
        long indexAt = position;
        byte[] entries = index.toBytes();
        startsRecord = false;
        recordsBefore = records;
        block(KvbLayout.KIND_INDEX, entries, 0, entries.length);
        byte[] trailer = new byte[KvbLayout.TRAILER_BYTES];
        putInt(trailer, 0, KvbLayout.TRAILER_MAGIC);
        putLong(trailer, 8, fileId);
        putLong(trailer, 16, indexAt);
        putLong(trailer, 24, blocks);
        putLong(trailer, 32, records);
        putInt(trailer, 40, chain.value());
        putInt(trailer, 44, KvbLayout.crc(trailer, 0, 44));
        put(trailer, 0, trailer.length);
    }

    private void put(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        position += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        codec.close();
        out.close();
    }
}
