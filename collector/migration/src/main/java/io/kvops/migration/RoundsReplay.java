package io.kvops.migration;

import io.kvops.migration.JobState.Phase;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.Lag;
import io.kvops.stores.data.Replay;
import io.kvops.tasks.TaskContext;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStopped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows a source without a log by rounds: all of it is compared with the target, and what differs is written. What the target is sure to
 * have is what was there when the last whole round began. A round that was interrupted goes on from a file of its own. For one thread.
 */
final class RoundsReplay implements Replay {
    private static final String ROUND_FILE = "round";
    private static final Pattern POSITION = Pattern.compile("round (\\d{1,18}) of (\\S+)");
    private static final long MILLI_NANOS = 1_000_000;

    private final Endpoints endpoints;
    private final MigrationWork comparing;
    private final TaskContext context;
    private final MigrationJob job;
    private final Path folder;
    private final Duration every;
    /** Whether what only the target has is removed there. */
    private final boolean removes;

    private final Clock clock;
    private final LongSupplier nanos;
    private final String begunAt;
    private final List<String> news = new ArrayList<>();
    /** The last one that came to its end; the copy is number 0. */
    private Round last = new Round(0, Instant.EPOCH);

    private long dueNanos;
    private long tookNanos = Long.MAX_VALUE;
    private long wrote;
    private long left;
    /** What the source said of its changes before that round; empty if it says nothing, or the round left something. */
    private String changed = "";

    private boolean wanted;
    /** Whether the source can hold back writers. */
    private boolean holds;
    /** The source while it does; null if it does not. */
    private @Nullable DataStore held;

    private record Round(long number, Instant begun) {
        static @Nullable Round parse(String text) {
            Matcher words = POSITION.matcher(text);
            return words.matches() ? new Round(Long.parseLong(words.group(1)), Instant.parse(words.group(2))) : null;
        }

        @Override
        public String toString() {
            return "round " + number + " of " + begun;
        }
    }

    /**
     * @param at where an earlier run was
     * @param folder of the sync
     */
    RoundsReplay(
            Endpoints endpoints,
            MigrationWork comparing,
            TaskContext context,
            SyncJob sync,
            LiveState at,
            Path folder,
            Clock clock,
            LongSupplier nanos) {
        this.endpoints = endpoints;
        this.comparing = comparing;
        this.context = context;
        this.job = sync.job().withVerify(true, true, "");
        this.folder = folder;
        this.every = Duration.ofMillis(sync.everyMillis());
        this.removes = at.alone() || sync.job().repair();
        this.clock = clock;
        this.nanos = nanos;
        this.begunAt = at.position();
    }

    /** Why a source can't be followed so; empty if it can. */
    static String refusal(MigrationJob job, DataStore source) {
        if (job.files().skipDamaged() && !source.readsByKey()) {
            return "what of a damaged file can't be read would be taken for removed; a live sync needs all of it";
        }
        return source.capabilities().complete() || !ExtraRun.needsKeys(job, source)
                ? ""
                : "the source can't list all of its keys, so that with other names for them what is gone can't be told";
    }

    @Override
    public boolean resume() {
        Round begun = Round.parse(begunAt);
        if (begun == null) {
            return false;
        }
        last = begun;
        dueNanos = nanos.getAsLong();
        return true;
    }

    @Override
    public DataStore begin(BooleanSupplier stop) throws StoreException {
        last = new Round(0, clock.instant());
        forget();
        if (!removes) {
            news.add("the target was not empty at first: what the source removes stays there");
        }
        return source();
    }

    @Override
    public @Nullable DataStore again() throws StoreException {
        if (!resume()) {
            return null;
        }
        DataStore source = source();
        if (source.readsByKey()) {
            return source;
        }
        source.close(); // a file may be another one by now
        return null;
    }

    private DataStore source() throws StoreException {
        try {
            DataStore source = endpoints.source(job, problem -> {});
            holds = source.holdsWrites();
            return source;
        } catch (MigrationException e) {
            throw refused(e);
        }
    }

    private static StoreException refused(Exception e) {
        return new StoreException(Kind.UNSUPPORTED, String.valueOf(e.getMessage()), e);
    }

    @Override
    public DataStore target() throws StoreException {
        return endpoints.opened(job.target(), false);
    }

    @Override
    public void copied() {
        dueNanos = nanos.getAsLong();
    }

    @Override
    public int next(Duration atMost) throws StoreException {
        long wait = dueNanos - nanos.getAsLong();
        if (wait > 0) {
            LockSupport.parkNanos(this, Math.min(wait, atMost.toNanos()));
            return 0;
        }
        try {
            return round();
        } catch (StoreException e) {
            throw e;
        } catch (TaskStopped e) {
            return 0; // who asks for more sees that too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw refused(e);
        }
    }

    private int round() throws Exception {
        DataStore holding = held;
        if (holding != null) {
            return round(holding);
        }
        try (DataStore source = source()) {
            return round(source);
        }
    }

    private int round(DataStore source) throws Exception {
        Kept kept = kept();
        Round round = kept.round;
        String before = source.lastChange();
        if (!wanted && !before.isEmpty() && before.equals(changed)) {
            ended(round, 0, 0, before);
            return 0;
        }
        String more = String.format(Locale.ROOT, ", round %d, %.1f s behind", round.number, lag().nanos() / 1e9);
        LiveContext inside = new LiveContext(context, state -> keep(round, state), more);
        JobState end = comparing.verify(inside, job, source, kept.state, removes);
        Tally tally = end.tally();
        long repaired = tally.get(Tally.Of.REPAIRED);
        long differed = tally.get(Tally.Of.MISSING) + tally.get(Tally.Of.DIFFERENT) + tally.get(Tally.Of.EXTRA);
        if (differed - repaired != left) {
            news.add(round + " could not write " + (differed - repaired) + " of " + differed + " differences");
        }
        if (wanted) {
            news.add(round + " compared " + tally.get(Tally.Of.COMPARED) + " records, and wrote " + repaired);
        }
        ended(round, repaired, differed - repaired, differed == repaired ? before : "");
        return (int) Math.min(Integer.MAX_VALUE, repaired);
    }

    private void ended(Round round, long repaired, long leftOver, String before) throws StoreException {
        last = round;
        wrote = repaired;
        left = leftOver;
        changed = before;
        tookNanos = lag().nanos();
        dueNanos = nanos.getAsLong() + every.toNanos();
        wanted = false;
        forget();
    }

    /** A round that is under way. */
    private record Kept(Round round, JobState state) {}

    private Kept kept() throws StoreException {
        Path file = folder.resolve(ROUND_FILE);
        try {
            if (Files.exists(file)) {
                String text = Files.readString(file);
                int line = text.indexOf('\n');
                Round round = Round.parse(text.substring(0, Math.max(0, line)));
                if (round != null && round.number == last.number + 1) {
                    return new Kept(
                            round, JobState.decode(text.substring(line + 1).getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException | MigrationException e) {
            news.add("round " + (last.number + 1) + " begins anew: " + e.getMessage());
        }
        JobState begin = new JobState(Phase.FORWARD, 0, 0, Tally.NONE, List.of());
        return new Kept(new Round(last.number + 1, clock.instant()), begin);
    }

    /** Not forced to the disk: after a power failure the round begins anew, which does no harm. */
    private void keep(Round round, byte[] state) throws TaskException {
        try {
            Files.createDirectories(folder);
            Path temporary = folder.resolve(ROUND_FILE + ".new");
            Files.writeString(temporary, round + "\n" + new String(state, StandardCharsets.UTF_8));
            Files.move(temporary, folder.resolve(ROUND_FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new TaskException(
                    TaskException.Kind.DISK,
                    "how far a round is can't be kept in " + folder + " (" + e.getMessage() + "); make room there",
                    e);
        }
    }

    private void forget() throws StoreException {
        try {
            Files.deleteIfExists(folder.resolve(ROUND_FILE));
        } catch (IOException e) {
            throw new StoreException(Kind.REFUSED, folder + ": a file can't be removed: " + e.getMessage(), e);
        }
    }

    @Override
    public String position() {
        return last.begun.equals(Instant.EPOCH) ? begunAt : last.toString();
    }

    /** A round that begins now, or later. */
    @Override
    public String end() {
        dueNanos = nanos.getAsLong();
        wanted = true;
        return "round " + (last.number + 1);
    }

    @Override
    public boolean reached(String end) {
        return last.number >= Long.parseLong(end.substring(end.indexOf(' ') + 1));
    }

    @Override
    public Lag lag() {
        long millis = Math.max(0, clock.millis() - last.begun.toEpochMilli());
        return new Lag(wrote + left, "differences in round " + last.number, millis * MILLI_NANOS);
    }

    /** The last round will take about as long as the one before. */
    @Override
    public boolean near(Lag lag, long atMost) {
        return tookNanos <= atMost;
    }

    @Override
    public boolean holdWrites(Duration atMost) throws StoreException {
        letWrite();
        if (!holds) {
            return false;
        }
        DataStore writable = endpoints.opened(job.source(), false);
        held = writable;
        if (writable.holdWrites(atMost)) {
            return true;
        }
        letWrite();
        return false;
    }

    @Override
    public void letWrite() throws StoreException {
        DataStore holding = held;
        held = null;
        if (holding != null) {
            holding.close();
        }
    }

    @Override
    public List<String> news() {
        List<String> all = List.copyOf(news);
        news.clear();
        return all;
    }

    @Override
    public void finish() {}

    @Override
    public void close() throws StoreException {
        letWrite();
    }
}
