package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.Lag;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Asks a source how far its log is, on a connection of its own that is made again when it broke. For one thread. */
final class SourceLook implements AutoCloseable {
    private static final int MAX_SAMPLES = 4_096;

    private final RedisStore source;
    private final LongSupplier nanos;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private @Nullable RespConnection connection;
    private long known = -1;

    private record Sample(long nanos, long offset) {}

    SourceLook(RedisStore source, LongSupplier nanos) {
        this.source = source;
        this.nanos = nanos;
    }

    private RespConnection connection() throws StoreException {
        RespConnection now = connection;
        if (now == null) {
            now = source.connect();
            connection = now;
        }
        return now;
    }

    private StoreException broken(IOException e) throws StoreException {
        RespConnection now = connection();
        connection = null;
        now.close();
        return now.broken(e);
    }

    /** What INFO says of replication. */
    static long number(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .filter(text -> text.matches("-?\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(-1);
    }

    /** The offset of the log's last byte. */
    long end() throws StoreException {
        try {
            String info = connection().ask("INFO", "replication").text();
            long offset = number(info, "master_repl_offset");
            known = offset;
            return offset;
        } catch (IOException e) {
            throw broken(e);
        } catch (ErrorReply e) {
            throw connection().refused(e);
        }
    }

    Lag lag(long applied) throws StoreException {
        try {
            end();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.UNREACHABLE) {
                throw e;
            }
        }
        long now = nanos.getAsLong();
        if (samples.size() < MAX_SAMPLES) {
            samples.add(new Sample(now, known));
        }
        while (!samples.isEmpty() && samples.getFirst().offset <= applied) {
            samples.removeFirst();
        }
        return new Lag(Math.max(0, known - applied), "bytes", samples.isEmpty() ? 0 : now - samples.getFirst().nanos);
    }

    /** False if the server is too old. */
    boolean hold(Duration atMost) throws StoreException {
        if (!source.version().setsExpiry()) {
            return false;
        }
        ask("CLIENT", "PAUSE", Long.toString(atMost.toMillis()), "WRITE");
        return true;
    }

    void release() throws StoreException {
        if (source.version().setsExpiry()) {
            ask("CLIENT", "UNPAUSE");
        }
    }

    private void ask(String name, Object... words) throws StoreException {
        try {
            connection().ask(name, words).okay();
        } catch (IOException e) {
            throw broken(e);
        } catch (ErrorReply e) {
            throw connection().refused(e);
        }
    }

    @Override
    public void close() throws StoreException {
        if (connection != null) {
            connection.close();
        }
    }
}
