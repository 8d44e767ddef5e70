package io.kvops.stores.format;

import static io.kvops.stores.format.KvbLayout.TRAILER_BYTES;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where in a file blocks stand that a record starts: all of them, or every second, fourth ... of very many. */
final class KvbIndex {
    /** So many entries are kept: enough to share a file among threads, few enough for a checkpoint's text. */
    static final int MAX_ENTRIES = 1 << 12;

    private long[] offsets = new long[16];
    private long[] records = new long[16];
    private int size;
    private long seen;
    private long stride = 1;

    /** The next block that a record starts. */
    void add(long offset, long recordsBefore) {
        if (seen++ % stride != 0) {
            return;
        }
        if (size == MAX_ENTRIES) {
            for (int i = 0; i < size / 2; i++) {
                offsets[i] = offsets[2 * i];
                records[i] = records[2 * i];
            }
            size /= 2;
            stride *= 2;
        }
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            records = Arrays.copyOf(records, 2 * size);
        }
        offsets[size] = offset;
        records[size++] = recordsBefore;
    }

    byte[] toBytes() {
        Output out = new Output(new ByteArrayOutputStream(), "index");
        out.varint(size);
        for (int i = 0; i < size; i++) {
            out.varint(offsets[i] - (i == 0 ? 0 : offsets[i - 1]));
            out.varint(records[i] - (i == 0 ? 0 : records[i - 1]));
        }
        return Arrays.copyOf(out.array, out.size);
    }

    static KvbIndex ofBytes(byte[] bytes) throws IOException {
        Input in = new Input(new ByteArrayInputStream(bytes), bytes.length + 1);
        KvbIndex index = new KvbIndex();
        long count = in.varint();
        if (count < 0 || count > MAX_ENTRIES) {
            throw new DamagedException("an index of " + count + " entries");
        }
        long offset = 0;
        long record = 0;
        for (long i = 0; i < count; i++) {
            long step = in.varint();
            long more = in.varint();
            offset += step;
            record += more;
            if (step < 0 || more < 0 || offset < KvbLayout.HEAD_BYTES || record < 0 || (i > 0 && step == 0)) {
                throw new DamagedException("an index that does not ascend");
            }
            index.add(offset, record);
        }
        if (in.has(1)) {
            throw new DamagedException("an index with more behind its end");
        }
        return index;
    }

    /** Reads the index of a file from its end. */
    static FileIndex read(SeekableByteChannel file) throws IOException {
        long length = file.size();
        byte[] trailer = new byte[TRAILER_BYTES];
        if (length < KvbLayout.HEAD_BYTES + TRAILER_BYTES) {
            throw new DamagedException("too short: the file was cut");
        }
        file.position(length - TRAILER_BYTES);
        ByteBuffer into = ByteBuffer.wrap(trailer);
        while (into.hasRemaining() && file.read(into) >= 0) {
            // until it is full
        }
        if (LittleEndian.getInt(trailer, 0) != KvbLayout.TRAILER_MAGIC
                || LittleEndian.getInt(trailer, 44) != KvbLayout.crc(trailer, 0, 44)) {
            throw new DamagedException("no trailer at the end: the file was cut, or more was written behind it");
        }
        long at = LittleEndian.getLong(trailer, 16);
        if (at < KvbLayout.HEAD_BYTES || at > length - TRAILER_BYTES - KvbLayout.BLOCK_HEADER_BYTES) {
            throw new DamagedException("an index outside the file");
        }
        file.position(at);
        InputStream in = Channels.newInputStream(file);
        try (KvbBlock block = new KvbBlock(new Input(in, KvbLayout.BLOCK_MAX_BYTES + (1 << 10)))) {
            block.expect(LittleEndian.getLong(trailer, 8));
            block.read();
            if (block.kind() != KvbLayout.KIND_INDEX) {
                throw new DamagedException("no index where the trailer says");
            }
            KvbIndex index = ofBytes(Arrays.copyOf(block.content(), block.contentLength()));
            return index.until(at, LittleEndian.getLong(trailer, 32));
        }
    }

    private FileIndex until(long end, long total) throws DamagedException {
        if ((size > 0 && (offsets[size - 1] >= end || records[size - 1] > total)) || (size == 0 && total != 0)) {
            throw new DamagedException("an index that does not fit its file");
        }
        List<FileIndex.Place> places = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            places.add(new FileIndex.Place(offsets[i], records[i]));
        }
        return new FileIndex(places, new FileIndex.Place(end, total));
    }
}
