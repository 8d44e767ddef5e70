package io.kvops.stores.data.redis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;

/**
 * Bytes of a log that were received and wait to be applied: files of some 64 MiB in a folder, each named by the offset of its
 * first byte, removed when all of it is applied. One thread appends, one reads.
 */
final class Spool implements AutoCloseable {
    private static final long SEGMENT_BYTES = 64L << 20;
    private static final String SUFFIX = ".changes";

    private final Path folder;
    private final long maxBytes;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private long end;
    private long applied;
    private boolean closed;

    private record Segment(long start, Path file, FileChannel channel) {}

    private Spool(Path folder, long maxBytes, long offset) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.end = offset;
        this.applied = offset;
    }

    /** An empty one. What an earlier one left is removed. */
    static Spool open(Path folder, long maxBytes, long offset) throws IOException {
        Files.createDirectories(folder);
        try (var left = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
        return new Spool(folder, maxBytes, offset);
    }

    /** The offset behind the last byte. */
    synchronized long end() {
        return end;
    }

    /** Takes bytes; waits while there is no room. False if it was closed meanwhile. */
    synchronized boolean append(byte[] bytes, int length) throws IOException, InterruptedException {
        while (!closed && end - applied + length > maxBytes) {
            wait();
        }
        if (closed) {
            return false;
        }
        Segment last = segments.peekLast();
        if (last == null || end - last.start >= SEGMENT_BYTES) {
            Path file = folder.resolve(end + SUFFIX);
            last = new Segment(
                    end,
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
            segments.add(last);
        }
        ByteBuffer from = ByteBuffer.wrap(bytes, 0, length);
        while (from.hasRemaining()) {
            last.channel.write(from, end - last.start + from.position());
        }
        end += length;
        notifyAll();
        return true;
    }

    /** Reads what there is from an offset on; 0 if nothing comes in time, or a little before that. */
    @SuppressWarnings("WaitNotInLoop") // who waits longer asks again
    synchronized int read(long at, byte[] into, int offset, int max, long waitMillis)
            throws IOException, InterruptedException {
        if (at == end && waitMillis > 0 && !closed) {
            wait(waitMillis);
        }
        if (at == end || closed) {
            return 0;
        }
        Segment of = null;
        long until = end;
        for (Segment segment : segments) {
            if (segment.start > at) {
                until = segment.start;
                break;
            }
            of = segment;
        }
        if (of == null) {
            throw new IOException("the bytes at " + at + " are not kept any more");
        }
        int count = (int) Math.min(max, until - at);
        int read = of.channel.read(ByteBuffer.wrap(into, offset, count), at - of.start);
        if (read <= 0) {
            throw new IOException(of.file + " was cut off by somebody");
        }
        return read;
    }

    /** All before an offset is applied, and not asked for again. */
    synchronized void applied(long upTo) throws IOException {
        applied = upTo;
        while (segments.size() > 1 && second().start <= upTo) {
            remove(segments.removeFirst());
        }
        notifyAll();
    }

    private Segment second() {
        var all = segments.iterator();
        all.next();
        return all.next();
    }

    private static void remove(Segment segment) throws IOException {
        segment.channel.close();
        Files.deleteIfExists(segment.file);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        notifyAll();
        while (!segments.isEmpty()) {
            remove(segments.removeFirst());
        }
    }
}
