package io.kvops.ingest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.queue.RollCycles;
import org.jspecify.annotations.Nullable;

/** The files in the folder of a {@link ChronicleJournal}, where they are not open. */
final class SegmentFiles {
    /** 0 would do, but a queue takes some numbers near 0 for "none". */
    static final int FIRST_ID = 1;

    private static final String SUFFIX = ".cq4";
    private static final String QUEUE_META = "metadata.cq4t";
    private static final String FORMAT_FILE = "journal.properties";
    private static final String FORMAT_VERSION = "1";
    private static final long ID_SECONDS = RollCycles.FIVE_MINUTELY.lengthInMillis() / 1_000L;
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(RollCycles.FIVE_MINUTELY.format());

    private static final int SAMPLE_BYTES = 4 << 10;
    private static final long SAMPLE_STEP_BYTES = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(SAMPLE_BYTES).asReadOnlyBuffer();

    private SegmentFiles() {}

    /**
     * Keeps Chronicle from printing and from warning about its own set-up, and lets it take a lock that an append left as the
     * disk broke it off: the folder is ours, and one thread appends. What the user set stays.
     */
    static void setUp() {
        for (String name : new String[] {
            "chronicle.announcer.disable", "disable.resource.warning", "chronicle.disk.monitor.disable"
        }) {
            setIfAbsent(name, "true");
        }
        setIfAbsent("queue.force.unlock.mode", "ALWAYS");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /**
     * Makes a folder ready to be opened: checks its format and forgets the state of the process that used it last.
     *
     * @return size of the largest frame that the journal may hold
     * @throws IOException if it cannot be written, or was written by a later version
     */
    static int prepare(Path folder, int maxFrameBytes) throws IOException {
        Path format = folder.resolve(FORMAT_FILE);
        int largest = maxFrameBytes;
        if (Files.exists(format)) {
            largest = Math.max(largest, checkFormat(format));
        }
        String content = "version=" + FORMAT_VERSION + "\nmaxFrameBytes=" + largest + "\n";
        if (!Files.exists(format) || !Files.readString(format).equals(content)) {
            replace(format, content.getBytes(StandardCharsets.UTF_8));
        }
        // The locks of a killed process, which may have had our process id, and hints that the files tell again.
        Files.deleteIfExists(folder.resolve(QUEUE_META));
        dropUnborn(folder);
        return largest;
    }

    private static int checkFormat(Path format) throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(format)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new IOException(format + " is damaged: " + e.getMessage(), e);
        }
        String version = properties.getProperty("version", "");
        if (!version.equals(FORMAT_VERSION)) {
            throw new IOException(format + " has version '" + version + "' (expected " + FORMAT_VERSION
                    + "); use the kvops that wrote it, or another data folder");
        }
        String size = properties.getProperty("maxFrameBytes", "");
        try {
            return Integer.parseInt(size);
        } catch (NumberFormatException e) {
            throw new IOException(format + " has maxFrameBytes '" + size + "' (expected a number)", e);
        }
    }

    /** Removes a last file whose creation was cut off before its first header was complete: it holds nothing. */
    private static void dropUnborn(Path folder) throws IOException {
        Map.Entry<Integer, Path> newest = files(folder).lastEntry();
        if (newest == null) {
            return;
        }
        Path last = newest.getValue();
        int header = 0;
        try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "r")) {
            if (file.length() >= Integer.BYTES) {
                header = Integer.reverseBytes(file.readInt());
            }
        }
        // 0 is not begun, the top bit says not complete
        if (header <= 0) {
            Files.delete(last);
        }
    }

    /** The segments in a folder, by id. */
    static Map<Integer, Journal.Segment> list(Path folder) throws IOException {
        Map<Integer, Journal.Segment> segments = new TreeMap<>();
        for (Map.Entry<Integer, Path> entry : files(folder).entrySet()) {
            Path file = entry.getValue();
            long millis = Files.getLastModifiedTime(file).toMillis();
            segments.put(entry.getKey(), new Journal.Segment(entry.getKey(), dataBytes(file), millis, 0));
        }
        return segments;
    }

    private static NavigableMap<Integer, Path> files(Path folder) throws IOException {
        NavigableMap<Integer, Path> byId = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(SUFFIX)) {
                    byId.put(id(file), file);
                }
            }
        }
        return byId;
    }

    /**
     * Where the data of a segment ends, give or take {@link #SAMPLE_STEP_BYTES}. The length of the file says little: the
     * queue extends it by a large block, most of which is never written and takes no space.
     */
    private static long dataBytes(Path file) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(SAMPLE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            for (long at = length / SAMPLE_STEP_BYTES * SAMPLE_STEP_BYTES; at > 0; at -= SAMPLE_STEP_BYTES) {
                page.clear();
                channel.read(page, at);
                page.flip();
                if (page.mismatch(ZEROS.slice(0, page.limit())) >= 0) {
                    return Math.min(length, at + SAMPLE_STEP_BYTES);
                }
            }
            return Math.min(length, SAMPLE_STEP_BYTES);
        }
    }

    static Path path(Path folder, long id) {
        return folder.resolve(
                LocalDateTime.ofEpochSecond(id * ID_SECONDS, 0, ZoneOffset.UTC).format(NAME) + SUFFIX);
    }

    private static int id(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try {
            LocalDateTime time = LocalDateTime.parse(name.substring(0, name.length() - SUFFIX.length()), NAME);
            return Math.toIntExact(time.toEpochSecond(ZoneOffset.UTC) / ID_SECONDS);
        } catch (DateTimeParseException e) {
            throw new IOException(file + " is not a journal file; move it away", e);
        }
    }

    /** Writes a small file so that either the old or the new content is there after a crash. */
    static void replace(Path target, byte[] content) throws IOException {
        Path temp = target.resolveSibling(target.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temp, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = target.getParent();
        if (folder != null) {
            syncFolder(folder);
        }
    }

    /** Makes the names in a folder durable, where the system can. */
    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (java.nio.file.AccessDeniedException e) {
            // Windows cannot open a folder; its file systems keep names by themselves
            if (!System.getProperty("os.name", "").startsWith("Windows")) {
                throw e;
            }
        }
    }

    static void closeQuietly(@Nullable Object closeable) {
        Closeable.closeQuietly(closeable);
    }
}
