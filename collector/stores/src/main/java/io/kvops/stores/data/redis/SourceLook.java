package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.Lag;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** Asks a source how far its log is, on a connection of its own that is made again when it broke. For one thread. */
final class SourceLook implements AutoCloseable {
    private static final int MAX_SAMPLES = 4_096;

    private final RedisStore source;
    private final LongSupplier nanos;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private final Questions questions;
    private long known = -1;

    private record Sample(long nanos, long offset) {}

    SourceLook(RedisStore source, LongSupplier nanos) {
        this.source = source;
        this.nanos = nanos;
        this.questions = new Questions(source::connect);
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
        long offset = number(questions.ask(to -> to.text("INFO", "replication")), "master_repl_offset");
        if (offset < 0) {
            throw new StoreException(
                    StoreException.Kind.UNSUPPORTED,
                    "the source does not say how far its log is (INFO replication, master_repl_offset), without which it"
                            + " can't be known when the target has caught up; name a server that does");
        }
        known = offset;
        return offset;
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
        questions.ask(to -> to.text("CLIENT", "PAUSE", Long.toString(atMost.toMillis()), "WRITE"));
        return true;
    }

    void release() throws StoreException {
        if (source.version().setsExpiry()) {
            questions.ask(to -> to.text("CLIENT", "UNPAUSE"));
        }
    }

    @Override
    public void close() throws StoreException {
        questions.close();
    }
}
