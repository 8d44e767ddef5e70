package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.Replay;
import io.kvops.stores.data.rdb.RdbStores;
import io.kvops.stores.data.rdb.ReplicaSnapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One database of a Redis, repeated in one of another: the snapshot in a file, then the log in transactions. For one thread. */
final class RedisReplay implements Replay {
    private static final int BATCH_COMMANDS = 512;
    private static final int BATCH_BYTES = 1 << 20;
    /** A script's effects are one transaction at the source, of any size; what is larger is applied in several. */
    private static final int MAX_TRANSACTION_BYTES = 16 << 20;
    /** What is passed over without a change moves the marker after so many bytes. */
    private static final long IDLE_BYTES = 64 << 10;

    private static final byte[] MULTI = RespConnection.ascii("MULTI");
    private static final byte[] EXEC = RespConnection.ascii("EXEC");
    private static final byte[] SET = RespConnection.ascii("SET");
    private static final byte[] GET = RespConnection.ascii("GET");

    private final RedisStore source;
    private final RedisStore target;
    private final FeedOptions options;
    private final ReplicaStream stream;
    private final SourceLook look;
    private final Path snapshot;
    private final Path origin;
    private final List<String> news = new ArrayList<>();
    private @Nullable RespConnection connection;
    private Repetition repetition;
    private Marker marker;
    private boolean toldFunctions;

    RedisReplay(RedisStore source, RedisStore target, FeedOptions options) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.stream = new ReplicaStream(source, options);
        this.look = new SourceLook(source, options.nanos());
        this.snapshot = options.folder().resolve("snapshot.rdb");
        this.origin = options.folder().resolve("snapshot.origin");
        this.marker = Marker.copying(options.name());
        this.repetition = new Repetition(source.database(), options.clock(), -1);
    }

    private RespConnection connection() throws StoreException {
        RespConnection now = connection;
        if (now == null) {
            now = target.connect();
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

    /** What the target has; null for none, or one that makes no sense. */
    private @Nullable Marker kept() throws StoreException {
        RespConnection asked = connection();
        Marker found;
        try {
            found = Marker.read(asked);
        } catch (StoreException e) {
            connection = null;
            asked.close();
            throw e;
        }
        if (found != null && !found.task().equals(options.name())) {
            throw new StoreException(
                    Kind.REFUSED,
                    "task " + found.task() + " keeps " + connection().at()
                            + " in step with a source; end that one first: kvops tasks cancel " + found.task());
        }
        return found;
    }

    private void write(Marker now) throws StoreException {
        try {
            connection().ask("SET", Marker.KEY, now.text()).okay();
            marker = now;
        } catch (IOException e) {
            throw broken(e);
        } catch (ErrorReply e) {
            throw connection().refused(e);
        }
    }

    private void stand(Marker at) {
        marker = at;
        repetition = new Repetition(source.database(), options.clock(), at.db());
    }

    @Override
    public boolean resume() throws StoreException, ChangesLostException {
        Marker kept = kept();
        if (kept == null || !kept.copied()) {
            return false;
        }
        if (!stream.resume(kept.replid(), kept.offset())) {
            throw new ChangesLostException("the source has not kept the changes since " + kept.offset()
                    + "; its repl-backlog-size is too small for such a time");
        }
        stand(kept);
        return true;
    }

    @Override
    public @Nullable DataStore begin(BooleanSupplier stop) throws StoreException {
        kept();
        write(Marker.copying(options.name()));
        try {
            Files.createDirectories(options.folder());
            Files.deleteIfExists(origin);
            ReplicationLink.Start start = stream.full(snapshot, stop);
            if (start == null) {
                return null;
            }
            try (FileChannel file = FileChannel.open(snapshot, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Path made = options.folder().resolve("snapshot.new");
            Files.writeString(made, start.replid() + " " + start.offset());
            Files.move(made, origin, StandardCopyOption.ATOMIC_MOVE);
            stand(begun(start.replid(), start.offset()));
            return opened();
        } catch (IOException e) {
            throw new StoreException(
                    Kind.FULL,
                    "the snapshot can't be kept in " + options.folder() + ": " + e.getMessage()
                            + "; is there room on that disk?",
                    e);
        }
    }

    @Override
    public @Nullable DataStore again() throws StoreException {
        Marker kept = kept();
        if (kept == null || kept.copied() || !Files.exists(origin) || !Files.exists(snapshot)) {
            return null;
        }
        try {
            String[] words = Files.readString(origin, StandardCharsets.UTF_8).split(" ", -1);
            Marker begun = begun(words[0], Long.parseLong(words[1]));
            if (!stream.resume(begun.replid(), begun.offset())) {
                return null;
            }
            stand(begun);
            return opened();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return null; // it is made anew
        }
    }

    /** Where the log goes on behind the snapshot. */
    private Marker begun(String replid, long offset) throws StoreException {
        return new Marker(options.name(), replid, offset, ReplicaSnapshot.logDatabase(snapshot));
    }

    /** Nothing in it has expired: what did, the source will remove in its log, or has written again. */
    private DataStore opened() throws StoreException {
        StoreAddress address = new StoreAddress(
                "rdb",
                List.of(),
                "",
                Optional.empty(),
                snapshot.toString(),
                Map.of("db", Integer.toString(source.database())));
        Clock never = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        return new RdbStores()
                .open(address, new OpenOptions(true, source.opened().timeout(), never));
    }

    @Override
    public DataStore target() throws StoreException {
        return target.withLateExpiry();
    }

    @Override
    public void copied() throws StoreException {
        write(marker);
        try {
            Files.deleteIfExists(origin);
            Files.deleteIfExists(snapshot);
        } catch (IOException e) {
            news.add("the snapshot can't be removed: " + e.getMessage());
        }
    }

    @Override
    public int next(Duration atMost) throws StoreException, ChangesLostException {
        if (connection == null) {
            rewind();
        }
        int passed = 0;
        boolean more = true;
        while (more) {
            Args commands = repetition.commands();
            boolean full = commands.count() >= BATCH_COMMANDS || commands.length() >= BATCH_BYTES;
            LogCommand command = full && mayBeSent() ? null : stream.next(passed == 0 ? atMost : Duration.ZERO);
            if (command == null) {
                more = false;
            } else {
                repetition.add(command);
                passed++;
                // a wait for the first one alone; then what there is
                more = passed < 100 * BATCH_COMMANDS;
            }
        }
        if (repetition.functions() && !toldFunctions) {
            toldFunctions = true;
            news.add("the source changed functions (FUNCTION), which belong to its server: they are not copied");
        }
        boolean changes = repetition.commands().count() > 0;
        if (mayBeSent() && (changes || stream.offset() - marker.offset() > IDLE_BYTES)) {
            send();
        }
        return passed;
    }

    private boolean mayBeSent() {
        return !repetition.inTransaction() || repetition.commands().length() >= MAX_TRANSACTION_BYTES;
    }

    /** After a broken connection to the target: what it has applied is what it says. */
    private void rewind() throws StoreException, ChangesLostException {
        Marker kept = kept();
        if (kept == null || !kept.copied()) {
            throw new ChangesLostException("the target has lost the note of how far it is; was it emptied?");
        }
        if (kept.offset() < marker.offset()) {
            throw new ChangesLostException("the target is behind what it had acknowledged; did a replica take over?");
        }
        stand(kept);
        stream.rewind(kept.offset());
    }

    private void send() throws StoreException, ChangesLostException {
        Marker next = new Marker(options.name(), stream.replid(), stream.offset(), repetition.db());
        int commands = repetition.commands().count();
        try {
            RespOutput out = connection().out();
            out.command(MULTI, 0);
            out.encoded(repetition.commands().bytes(), repetition.commands().length());
            out.command(SET, 3).arg(Marker.KEY).arg(next.text()).arg(GET);
            out.command(EXEC, 0);
            out.flush();
            answer(connection().in(), commands);
        } catch (IOException e) {
            throw broken(e);
        } catch (ErrorReply e) {
            StoreException refused = connection().refused(e);
            connection().close();
            connection = null;
            throw refused;
        }
        marker = next;
        repetition.sent();
        stream.applied(next.offset());
    }

    private void answer(RespInput in, int commands)
            throws IOException, StoreException, ErrorReply, ChangesLostException {
        ErrorReply refused = null;
        in.okay();
        for (int i = 0; i <= commands; i++) {
            try {
                in.okay();
            } catch (ErrorReply e) {
                refused = refused == null ? e : refused;
            }
        }
        try {
            in.array();
        } catch (ErrorReply e) {
            throw refused == null ? e : refused;
        }
        for (int i = 0; i < commands; i++) {
            try {
                in.skip();
            } catch (ErrorReply e) {
                refused = refused == null ? e : refused;
            }
        }
        String before = in.text();
        if (refused != null) {
            throw differs("a change that the source made is an error there: " + refused.text());
        }
        if (!repetition.flushed() && !before.equals(marker.text())) {
            throw differs("the note of how far it is was changed there");
        }
    }

    private ChangesLostException differs(String how) throws StoreException {
        write(Marker.copying(options.name()));
        return new ChangesLostException("somebody else changed the target: " + how);
    }

    @Override
    public String position() {
        return marker.replid() + " " + marker.offset();
    }

    @Override
    public String end() throws StoreException {
        return Long.toString(look.end());
    }

    /** A batch is always sent before more is waited for. */
    @Override
    public boolean reached(String end) {
        return stream.offset() >= Long.parseLong(end) && repetition.commands().count() == 0;
    }

    @Override
    public Lag lag() throws StoreException {
        return look.lag(stream.offset());
    }

    @Override
    public boolean holdWrites(Duration atMost) throws StoreException {
        return !source.runId().equals(target.runId()) && look.hold(atMost);
    }

    @Override
    public void letWrite() throws StoreException {
        look.release();
    }

    @Override
    public List<String> news() {
        List<String> all = new ArrayList<>(news);
        news.clear();
        all.addAll(stream.news());
        return all;
    }

    @Override
    public void finish() throws StoreException {
        kept();
        Marker.remove(connection());
        try {
            Files.deleteIfExists(origin);
            Files.deleteIfExists(snapshot);
        } catch (IOException e) {
            news.add("the snapshot can't be removed: " + e.getMessage());
        }
    }

    @Override
    public void close() throws StoreException {
        try {
            stream.close();
        } finally {
            try {
                look.close();
            } finally {
                if (connection != null) {
                    connection.close();
                }
            }
        }
    }
}
