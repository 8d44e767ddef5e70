package io.kvops.stores.file;

import io.kvops.stores.Reading;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The two headers at the start of an MVStore file and the footer of its last chunk (h2database.com/html/mvstore.html, "File
 * Format"): comma-separated {@code name:value} pairs, numbers in hex. A file that another process has open is read all the
 * same: what is being written meanwhile fails its check and the older of the two headers is taken.
 */
final class MvStoreFile implements StoreConnection {
    private static final int BLOCK = 4_096;
    private static final int HEADER = 512;
    private static final int FOOTER = 128;

    private final Path file;

    MvStoreFile(Path file) {
        this.file = file;
    }

    private record Store(Map<String, String> header, Map<String, String> newest, long bytes) {}

    @Override
    public void measure(Reading into) throws StoreException {
        Store store = read();
        into.put("storage.used.bytes", store.bytes);
        into.put("mvstore.commits.count.total", number(store.newest, "version"));
        into.put("mvstore.chunks.count.total", number(store.newest, "chunk"));
        into.put("mvstore.format.count", number(store.header, "format"));
        into.put("mvstore.created.at.seconds", number(store.header, "created") / 1e3);
        into.run(store.header.getOrDefault("created", ""), Double.NaN);
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Store store = read();
        return new StoreDescription(
                "mvstore",
                file.toString().endsWith(".mv.db") ? "h2" : "mvstore",
                "format " + store.header.getOrDefault("format", "?"),
                "",
                "file",
                Map.of(),
                Map.of("blockBytes", Integer.toString((int) number(store.header, "blockSize"))));
    }

    private Store read() throws StoreException {
        if (OpenHere.is(file)) {
            throw new StoreException(
                    Kind.REFUSED, file + " is open in this process itself; reading it would give up its lock");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Map<String, String> one = checked(channel, 0, HEADER);
            Map<String, String> two = checked(channel, BLOCK, HEADER);
            Map<String, String> header = number(two, "version") > orLess(number(one, "version")) ? two : one;
            if (header.isEmpty() || !header.containsKey("H")) {
                throw noStore(channel);
            }
            long bytes = channel.size();
            Map<String, String> footer = checked(channel, bytes - FOOTER, FOOTER);
            boolean later = number(footer, "version") > orLess(number(header, "version"));
            return new Store(header, later ? footer : header, bytes);
        } catch (IOException e) {
            throw new StoreException(
                    Kind.UNREACHABLE,
                    file + " can't be read (" + e.getClass().getSimpleName() + "); check path and rights",
                    e);
        }
    }

    private StoreException noStore(FileChannel channel) throws IOException {
        boolean encrypted = text(channel, 0, 9).startsWith("H2encrypt");
        return new StoreException(
                Kind.NONSENSE,
                file
                        + (encrypted
                                ? " is encrypted: only its size can be known"
                                : " is no MVStore file: no valid header"));
    }

    private static double orLess(double version) {
        return Double.isNaN(version) ? -1 : version;
    }

    /** The pairs of a block, or none if its checksum is not right. */
    private static Map<String, String> checked(FileChannel channel, long at, int bytes) throws IOException {
        String text = at < 0 ? "" : text(channel, at, bytes);
        int end = text.lastIndexOf(",fletcher:");
        Map<String, String> pairs = new HashMap<>();
        if (end < 0) {
            return pairs;
        }
        for (String pair : text.split("[,\\n\\x00]", -1)) {
            int colon = pair.indexOf(':');
            if (colon > 0) {
                pairs.putIfAbsent(
                        pair.substring(0, colon), pair.substring(colon + 1).strip());
            }
        }
        int sum = fletcher(text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1));
        return number(pairs, "fletcher") == Integer.toUnsignedLong(sum) ? pairs : new HashMap<>();
    }

    private static String text(FileChannel channel, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // until it is full or the file ends
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
    }

    /** Fletcher-32 over 16-bit words, an odd byte last being the high one, as H2 computes it. */
    static int fletcher(byte[] bytes) {
        int s1 = 0xffff;
        int s2 = 0xffff;
        int at = 0;
        while (at < bytes.length / 2 * 2) {
            // sums of 360 words fit 32 bits
            for (int end = Math.min(at + 720, bytes.length / 2 * 2); at < end; ) {
                int word = ((bytes[at++] & 0xff) << 8) | (bytes[at++] & 0xff);
                s1 += word;
                s2 += s1;
            }
            s1 = (s1 & 0xffff) + (s1 >>> 16);
            s2 = (s2 & 0xffff) + (s2 >>> 16);
        }
        if (at < bytes.length) {
            s1 += (bytes[at] & 0xff) << 8;
            s2 += s1;
        }
        s1 = (s1 & 0xffff) + (s1 >>> 16);
        s2 = (s2 & 0xffff) + (s2 >>> 16);
        return (s2 << 16) | s1;
    }

    private static double number(Map<String, String> pairs, String name) {
        String text = pairs.get(name);
        try {
            return text == null ? Double.NaN : (double) Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
