package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A connection as a replica has it (https://redis.io/docs/latest/operate/oss_and_stack/management/replication/, and the source's
 * {@code replication.c} for the form of the answers): PSYNC, the snapshot, then the log. For one thread.
 */
final class ReplicationLink implements AutoCloseable {
    private static final Pattern FULL = Pattern.compile("\\+FULLRESYNC ([0-9a-zA-Z]+) (\\d{1,19})");
    private static final Pattern CONTINUE = Pattern.compile("\\+CONTINUE(?: ([0-9a-zA-Z]+))?");
    private static final int MARK_BYTES = 40;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final byte[] REPLCONF = RespConnection.ascii("REPLCONF");
    private static final byte[] ACK = RespConnection.ascii("ACK");

    private final RespConnection connection;
    private final RespInput in;
    private final Start start;

    /**
     * How the source answered.
     *
     * @param full whether a snapshot comes first
     * @param replid its replication id now
     * @param offset of the last byte before those that come
     */
    record Start(boolean full, String replid, long offset) {}

    private ReplicationLink(RespConnection connection, Start start) {
        this.connection = connection;
        this.in = connection.in();
        this.start = start;
    }

    /**
     * Connects and asks for the log.
     *
     * @param replid the id to go on with; empty for a full copy
     * @param offset of the last byte that is there
     * @param stop looked at while the source makes up its mind
     * @return null if it was to stop
     */
    static @Nullable ReplicationLink open(RedisStore store, String replid, long offset, BooleanSupplier stop)
            throws StoreException {
        RespConnection connection = store.connect();
        try {
            connection.ask("REPLCONF", "capa", "eof", "capa", "psync2").okay();
            RespInput in = replid.isEmpty()
                    ? connection.ask("PSYNC", "?", "-1")
                    : connection.ask("PSYNC", replid, Long.toString(offset + 1));
            if (!in.skipLineEnds(stop)) {
                connection.close();
                return null;
            }
            return new ReplicationLink(connection, start(connection, in.rawLine(), replid, offset));
        } catch (IOException e) {
            closeQuietly(connection, e);
            throw connection.broken(e);
        } catch (ErrorReply e) {
            closeQuietly(connection, e);
            throw refused(connection, e);
        } catch (StoreException e) {
            closeQuietly(connection, e);
            throw e;
        }
    }

    private static void closeQuietly(RespConnection connection, Exception because) {
        try {
            connection.close();
        } catch (StoreException e) {
            because.addSuppressed(e);
        }
    }

    private static Start start(RespConnection connection, String line, String replid, long offset)
            throws StoreException, ErrorReply {
        if (line.startsWith("-")) {
            throw new ErrorReply(line.substring(1));
        }
        Matcher full = FULL.matcher(line);
        if (full.matches()) {
            return new Start(true, full.group(1), Long.parseLong(full.group(2)));
        }
        Matcher goesOn = CONTINUE.matcher(line);
        if (!replid.isEmpty() && goesOn.matches()) {
            return new Start(false, goesOn.group(1) == null ? replid : goesOn.group(1), offset);
        }
        throw new StoreException(
                Kind.NONSENSE, connection.at() + " answers PSYNC with '" + line + "'; is it a Redis or Valkey?");
    }

    private static StoreException refused(RespConnection connection, ErrorReply e) {
        String text = e.text();
        if (text.startsWith("NOMASTERLINK")) {
            return new StoreException(
                    Kind.UNREACHABLE, connection.at() + " has lost its own master: " + text + "; try again later");
        }
        if (text.startsWith("NOPERM") || text.startsWith("ERR unknown command")) {
            return new StoreException(
                    Kind.REFUSED,
                    connection.at() + " refused: " + text
                            + "; that needs replication: ACL SETUSER ... +psync +replconf, or a provider that allows it");
        }
        return connection.refused(e);
    }

    Start start() {
        return start;
    }

    /** Where the source is. */
    HostPort at() {
        return connection.at();
    }

    /**
     * Receives the snapshot.
     *
     * @param file that takes it; null: it is passed over
     * @return false if it was to stop
     */
    boolean snapshot(@Nullable Path file, BooleanSupplier stop) throws StoreException {
        try (OutputStream out = file == null ? OutputStream.nullOutputStream() : Files.newOutputStream(file)) {
            return snapshot(out, stop);
        } catch (SocketTimeoutException | EOFException e) {
            throw connection.broken(e);
        } catch (IOException e) {
            throw file != null && Files.exists(file)
                    ? new StoreException(
                            Kind.UNREACHABLE,
                            "the snapshot of " + connection.at() + " can't be received into " + file + ": "
                                    + e.getMessage() + "; is there room, and is the server alive?",
                            e)
                    : connection.broken(e);
        }
    }

    /** The same, where the one who asks tells failures of the connection from those of what it writes to. */
    boolean snapshot(OutputStream out, BooleanSupplier stop) throws StoreException, IOException {
        if (!in.skipLineEnds(stop)) {
            return false;
        }
        String head = in.rawLine();
        if (head.startsWith("$EOF:") && head.length() == 5 + MARK_BYTES) {
            return untilMark(head.substring(5).getBytes(StandardCharsets.ISO_8859_1), out, stop);
        }
        if (!head.matches("\\$\\d{1,18}")) {
            throw new StoreException(
                    Kind.NONSENSE, connection.at() + " sends '" + head + "' where a snapshot should begin");
        }
        return sized(Long.parseLong(head.substring(1)), out, stop);
    }

    private boolean sized(long length, OutputStream out, BooleanSupplier stop) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = length; left > 0; ) {
            int read = some(buffer, 0, (int) Math.min(buffer.length, left));
            out.write(buffer, 0, read);
            left -= read;
            if (stop.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** Of a snapshot that goes from the source's memory to the connection the length is not known: a mark ends it. */
    private boolean untilMark(byte[] mark, OutputStream out, BooleanSupplier stop) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int held = 0;
        while (true) {
            // nothing follows the mark before an ACK
            int read = some(buffer, held, buffer.length - held);
            int have = held + read;
            if (have >= MARK_BYTES && Arrays.equals(buffer, have - MARK_BYTES, have, mark, 0, MARK_BYTES)) {
                out.write(buffer, 0, have - MARK_BYTES);
                return true;
            }
            int sure = Math.max(0, have - MARK_BYTES);
            out.write(buffer, 0, sure);
            System.arraycopy(buffer, sure, buffer, 0, have - sure);
            held = have - sure;
            if (stop.getAsBoolean()) {
                return false;
            }
        }
    }

    private int some(byte[] into, int offset, int max) throws IOException {
        int read = in.raw(into, offset, max);
        if (read < 0) {
            throw new EOFException("the connection was closed within a snapshot");
        }
        return read;
    }

    /** The log begins: reads wait a short time only. */
    void follow() throws IOException {
        connection.waitAtMost(LOOK);
    }

    /** Bytes of the log; 0 if none come soon. */
    int read(byte[] into) throws IOException {
        try {
            int read = in.raw(into, 0, into.length);
            if (read < 0) {
                throw new EOFException("the connection was closed");
            }
            return read;
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }

    /** Says what was received. */
    void acknowledge(long offset) throws IOException {
        connection.out().command(REPLCONF, 2).arg(ACK).arg(offset);
        connection.out().flush();
    }

    StoreException broken(IOException e) {
        return connection.broken(e);
    }

    @Override
    public void close() throws StoreException {
        connection.close();
    }
}
