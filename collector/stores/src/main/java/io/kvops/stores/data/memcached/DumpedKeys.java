package io.kvops.stores.data.memcached;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * All keys that {@code lru_crawler metadump} names, in a temporary file: the server's crawler waits for a slow reader and holds a lock
 * meanwhile, so its answer is taken as fast as it comes, and may be larger than the memory. For one thread.
 */
final class DumpedKeys implements MemcachedReader.Keys {
    private static final long PAUSE_MILLIS = 50;
    private static final String KEY = "key=";

    private final Path file;
    private final DataInputStream in;

    private DumpedKeys(Path file, DataInputStream in) {
        this.file = file;
        this.in = in;
    }

    /** @param timeoutMillis for how long a crawler that is busy with something else is waited for */
    static DumpedKeys of(Conversation with, long timeoutMillis) throws StoreException {
        Path file;
        try {
            file = Files.createTempFile("kvops-memcached-", ".keys");
        } catch (IOException e) {
            throw noFile(e);
        }
        try {
            long pauses = timeoutMillis / PAUSE_MILLIS;
            while (!dump(with, file)) {
                if (pauses-- <= 0) {
                    throw new StoreException(
                            Kind.UNREACHABLE, with.at() + "'s crawler is busy all the time; try again later");
                }
                LockSupport.parkNanos(file, TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
            return new DumpedKeys(
                    file,
                    new DataInputStream(new BufferedInputStream(
                            Files.newInputStream(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE))));
        } catch (IOException e) {
            delete(file, e);
            throw noFile(e);
        } catch (StoreException e) {
            delete(file, e);
            throw e;
        }
    }

    private static void delete(Path file, Exception because) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private static StoreException noFile(IOException e) {
        return new StoreException(
                Kind.FULL,
                "keys can't be kept in the temporary folder " + System.getProperty("java.io.tmpdir") + ": "
                        + e.getMessage() + "; name another one (-Djava.io.tmpdir)",
                e);
    }

    /** False if the crawler is busy. */
    private static boolean dump(Conversation with, Path file) throws StoreException, IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            String line = first(with);
            while (line.startsWith(KEY)) {
                byte[] key = decoded(line);
                out.writeShort(key.length);
                out.write(key);
                line = next(with);
            }
            if (!line.equals("END") && !line.startsWith("BUSY")) {
                throw with.refused(line);
            }
            return line.equals("END");
        }
    }

    private static String first(Conversation with) throws StoreException {
        try {
            return with.text("lru_crawler metadump all\r\n").answer();
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    private static String next(Conversation with) throws StoreException {
        try {
            return with.line();
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    /** {@code key=a%20b exp=...}: other bytes than letters, digits and some signs come in hexadecimal digits. */
    static byte[] decoded(String line) {
        int end = line.indexOf(' ');
        String text = line.substring(KEY.length(), end < 0 ? line.length() : end);
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length()) {
                bytes[length++] = (byte) Integer.parseInt(text, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return java.util.Arrays.copyOf(bytes, length);
    }

    /** The next keys, as many as wanted; none at the end. */
    @Override
    public List<Slice> page(int wanted) throws StoreException {
        List<Slice> keys = new ArrayList<>(wanted);
        try {
            while (keys.size() < wanted) {
                byte[] key = new byte[in.readUnsignedShort()];
                in.readFully(key);
                keys.add(Slice.of(key));
            }
        } catch (EOFException e) {
            // that was the last
        } catch (IOException e) {
            throw noFile(e);
        }
        return keys;
    }

    @Override
    public void close() throws StoreException {
        try {
            in.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw noFile(e);
        }
    }
}
