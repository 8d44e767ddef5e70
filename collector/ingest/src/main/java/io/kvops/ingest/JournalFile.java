package io.kvops.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file that a {@link ChronicleJournal} appends to, beside the queue, which has it mapped: makes room in it, and makes it
 * durable. Used by the appending thread.
 */
final class JournalFile implements AutoCloseable {
    /** What the queue may write beyond a record: two tables of an index, and the mark at the end. */
    private static final int BEYOND_BYTES = 128 << 10;

    private static final int STEP_BYTES = 256 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(STEP_BYTES);

    private final Path folder;
    private final FileChannel channel;
    private long reservedBytes;
    private boolean named;

    private JournalFile(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Creates it, or takes one in which nothing was written yet. */
    static JournalFile open(Path folder, Path file) throws IOException {
        return new JournalFile(folder, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /**
     * Takes the room that a record needs by writing zeros. Where there is none that is an error here; a write to the mapped
     * page would be a fault instead, of which Java tells some time later, when the record may be acknowledged already.
     *
     * @param endBytes where what was written ends
     * @param moreBytes what is going to be written behind
     */
    void reserve(long endBytes, long moreBytes) throws IOException {
        long wanted = endBytes + moreBytes + BEYOND_BYTES;
        while (reservedBytes < wanted) {
            reservedBytes += channel.write(ZEROS.duplicate(), reservedBytes);
        }
    }

    /** Makes durable all of it, however it was written, and its name. */
    void sync() throws IOException {
        channel.force(!named);
        if (!named) {
            SegmentFiles.syncFolder(folder);
            named = true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
