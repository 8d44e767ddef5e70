package io.kvops.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration that changes while its program runs: as a whole or not at all, one change after the other, each a new
 * version that is kept. The newest change wins, whoever made it: a file that was edited, or somebody by {@link #apply}; a
 * restart goes on with the last version, unless the file has become another meanwhile. Any thread may call.
 *
 * @param <T> the immutable record that the text is made into
 */
public final class LiveConfig<T> {
    /** As {@code basedOn}: whatever is in force. */
    public static final long ANY = 0;

    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);
    private static final String TEXT = "the configuration";

    private final ConfigSource source;
    private final Function<Section, T> read;
    private final Predicate<String> needsRestart;
    private final Clock clock;
    private final VersionStore store;
    private final List<Check<T>> checks = new CopyOnWriteArrayList<>();
    private final List<Part<T>> parts = new CopyOnWriteArrayList<>();
    private final List<Consumer<Version>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> refusals = new CopyOnWriteArrayList<>();
    private final FileWatch watch;
    private volatile State<T> state;
    private volatile String problem = "";
    /** Of the file as it was last taken, whatever was applied since. */
    private volatile String takenHash;

    /** Something that can take a new configuration while it runs. */
    @FunctionalInterface
    public interface Part<T> {
        /**
         * Takes it as a whole, or throws and stays as it was.
         *
         * @throws Exception if it can't; the message says the path, the value and what is expected
         */
        void apply(T config) throws Exception;
    }

    /** Says whether a configuration may follow another while the program runs. */
    @FunctionalInterface
    public interface Check<T> {
        /** One line for each reason against it: path, value and what is expected; empty: it may. */
        List<String> problems(T old, T next);
    }

    private record State<T>(Version version, Reading<T> reading) {}

    private LiveConfig(
            ConfigSource source,
            Function<Section, T> read,
            Function<T, Path> folder,
            Predicate<String> needsRestart,
            Clock clock)
            throws ConfigException {
        this.source = source;
        this.read = read;
        this.needsRestart = needsRestart;
        this.clock = clock;
        // looked at before it is read, so that a change in between is seen later
        watch = new FileWatch(source.file() == null ? Set.of() : Set.of(source.file()));
        String text = source.file() == null ? "" : Reading.textOf(source.file());
        String name = source.file() == null ? "the command line" : source.file().toString();
        Reading<T> reading = Reading.of(name, text, source, read);
        store = new VersionStore(folder.apply(reading.value()));
        takenHash = fileHash(text);
        state = first(text, reading, store.newest().orElse(null));
        watch.watch(watched());
    }

    /**
     * Reads the configuration that is to be in force. Changes nothing on the disk; see {@link #begin}.
     *
     * @param read makes the record out of the sections
     * @param folder where versions are kept, by the configuration
     * @param needsRestart the paths that can't change while the program runs
     * @throws ConfigException with every problem
     */
    public static <T> LiveConfig<T> open(
            ConfigSource source,
            Function<Section, T> read,
            Function<T, Path> folder,
            Predicate<String> needsRestart,
            Clock clock)
            throws ConfigException {
        return new LiveConfig<>(source, read, folder, needsRestart, clock);
    }

    /** Goes on with the last version, if the file is still the one that it knew. */
    private State<T> first(String text, Reading<T> reading, @Nullable Version last) throws ConfigException {
        String hash = fileHash(text);
        if (last == null) {
            return new State<>(version(1, "start", "start", List.of(), text, hash), reading);
        }
        boolean sameFile = last.fileHash().equals(hash);
        Reading<T> lastReading = null;
        try {
            String name = "version " + last.number() + " in " + store.folder();
            lastReading = last.text().equals(text) ? reading : Reading.of(name, last.text(), source, read);
        } catch (ConfigException e) {
            if (sameFile) {
                throw e;
            }
        }
        if (sameFile && lastReading != null) {
            return new State<>(last, lastReading);
        }
        List<Version.Change> changes = lastReading == null ? List.of() : Changes.between(lastReading, reading);
        if (lastReading != null && changes.isEmpty()) {
            return new State<>(last, reading);
        }
        return new State<>(version(last.number() + 1, "start", "file", changes, text, hash), reading);
    }

    /** Keeps the version that is in force, if it is a new one. To be called once the folder belongs to this program. */
    public synchronized void begin() throws IOException {
        Version version = state.version();
        if (store.version(version.number()).isEmpty()) {
            store.write(version);
        }
    }

    /** From now on a change is given to this part as well, in the order of adding; it is undone in the reverse order. */
    public void add(Part<T> part) {
        parts.add(part);
    }

    /** From now on asked before a change is given to any part. */
    public void addCheck(Check<T> check) {
        checks.add(check);
    }

    /** From now on told of each version that has come into force, on the thread that made the change. */
    public void onChange(Consumer<Version> listener) {
        listeners.add(listener);
    }

    /** From now on told why a file was not taken, on the thread that looked. */
    public void onRefusal(Consumer<String> listener) {
        refusals.add(listener);
    }

    /** What is in force. */
    public T value() {
        return state.reading().value();
    }

    /** The version in force. */
    public Version version() {
        return state.version();
    }

    /** Each setting with its value, in the order of the shipped file. */
    public Collection<Setting> settings() {
        return state.reading().settings().values();
    }

    /** Why the file is not in force; empty if nothing is wrong with it. */
    public String problem() {
        return problem;
    }

    /** What was in force, newest first. */
    public List<Version> versions(int limit) {
        return store.all(limit);
    }

    /** One of the kept versions. */
    public Optional<Version> version(long number) {
        return number == version().number() ? Optional.of(version()) : store.version(number);
    }

    /** The text of a version without the secrets that are written in it. */
    public String shown(Version version) {
        try {
            Reading<T> reading = version.number() == version().number()
                    ? state.reading()
                    : Reading.of(TEXT, version.text(), source, read);
            return ConfigEdit.mask(version.text(), reading.settings().values());
        } catch (ConfigException e) {
            // what can't be read can't be masked either
            return "# this version can't be read any more\n";
        }
    }

    /** What is wrong with a text; empty: it could be applied. */
    public List<String> validate(String text) {
        try {
            refuseNothing(TEXT, text);
            Reading<T> next = Reading.of(TEXT, ConfigEdit.unmask(text, version().text()), source, read);
            return refusals(state.reading(), next);
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    /**
     * Puts a whole text in force.
     *
     * @param basedOn the version that was changed, or {@link #ANY}
     */
    public synchronized Outcome apply(String text, long basedOn, String who) {
        if (basedOn != ANY && basedOn != version().number()) {
            return outcome(Outcome.Kind.CONFLICT, List.of(), List.of());
        }
        try {
            String whole = ConfigEdit.unmask(text, version().text());
            return change(TEXT, whole, who, "api", takenHash);
        } catch (ConfigException e) {
            return outcome(Outcome.Kind.REFUSED, List.of(), e.problems());
        }
    }

    /**
     * Changes some values, all or none.
     *
     * @param values by path, each as YAML; empty: back to the default
     */
    public synchronized Outcome set(Map<String, String> values, long basedOn, String who) {
        if (basedOn != ANY && basedOn != version().number()) {
            return outcome(Outcome.Kind.CONFLICT, List.of(), List.of());
        }
        try {
            List<String> overridden = overridden(values);
            if (!overridden.isEmpty()) {
                return outcome(Outcome.Kind.REFUSED, List.of(), overridden);
            }
            String whole = ConfigEdit.unmask(
                    ConfigEdit.set(version().text(), values), version().text());
            return change(TEXT, whole, who, "api", takenHash);
        } catch (ConfigException e) {
            return outcome(Outcome.Kind.REFUSED, List.of(), e.problems());
        }
    }

    /** Reads the file again, and the secrets that are in files; where there is no file, only these. */
    public Outcome reload(String who) {
        return reload(who, "reload", true);
    }

    /** To be called now and then by one thread: takes the file, or a secret's, when it has become another. */
    public synchronized void look() {
        if (watch.changed()) {
            reload("collector", "file", false);
        }
    }

    private synchronized Outcome reload(String who, String origin, boolean asked) {
        Path file = source.file();
        Outcome outcome;
        try {
            String text = file == null ? "" : Reading.textOf(file);
            boolean same = fileHash(text).equals(takenHash);
            if (file == null || (same && !asked)) {
                // a secret's file, or a file that was touched: what was said since stays
                outcome = change(TEXT, version().text(), who, origin, takenHash);
            } else {
                outcome = change(file.toString(), text, who, origin, fileHash(text));
            }
        } catch (ConfigException e) {
            outcome = outcome(Outcome.Kind.REFUSED, List.of(), e.problems());
        }
        problem = String.join("; ", outcome.problems());
        if (outcome.kind() == Outcome.Kind.REFUSED) {
            LOG.warn(
                    "the configuration was not taken, version {} stays in force: {}",
                    version().number(),
                    problem);
            refusals.forEach(listener -> listener.accept(problem));
            if (!asked) {
                rereadSecrets(who, origin);
            }
        }
        return outcome;
    }

    /** A file that is wrong for days must not keep the secrets of what is in force from being changed. */
    private void rereadSecrets(String who, String origin) {
        try {
            change(TEXT, version().text(), who, origin, takenHash);
        } catch (ConfigException e) {
            LOG.warn("the secrets were not read again: {}", String.join("; ", e.problems()));
        }
    }

    private Outcome change(String name, String text, String who, String origin, String fileHash)
            throws ConfigException {
        State<T> old = state;
        refuseNothing(name, text);
        Reading<T> next = Reading.of(name, text, source, read);
        List<String> refusals = refusals(old.reading(), next);
        if (!refusals.isEmpty()) {
            return outcome(Outcome.Kind.REFUSED, List.of(), refusals);
        }
        List<Version.Change> changes = Changes.between(old.reading(), next);
        if (changes.isEmpty()) {
            takenHash = fileHash;
            return outcome(Outcome.Kind.UNCHANGED, List.of(), List.of());
        }
        Version version = version(old.version().number() + 1, who, origin, changes, text, fileHash);
        Deque<Part<T>> given = new ArrayDeque<>();
        try {
            for (Part<T> part : parts) {
                given.push(part);
                part.apply(next.value());
            }
            store.write(version);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            List<String> problems = new ArrayList<>();
            problems.add(
                    e instanceof IOException
                            ? "the version can't be kept in " + store.folder() + ": " + Reason.of(e)
                            : e.getMessage() == null ? e.toString() : e.getMessage());
            putBack(given, old.reading().value(), problems);
            return outcome(Outcome.Kind.REFUSED, List.of(), problems);
        }
        state = new State<>(version, next);
        takenHash = fileHash;
        watch.watch(watched());
        LOG.info("configuration version {} by {} ({}): {}", version.number(), who, origin, Changes.summary(changes));
        listeners.forEach(listener -> listener.accept(version));
        return outcome(Outcome.Kind.APPLIED, changes, List.of());
    }

    /** A file that is cut while it is written, or on a full disk, is empty: that must not take the tokens away. */
    private void refuseNothing(String name, String text) throws ConfigException {
        if (ConfigTree.saysNothing(text) && !ConfigTree.saysNothing(version().text())) {
            throw ConfigTree.one(name + ": empty (expected settings; {} puts every default in force)");
        }
    }

    private void putBack(Deque<Part<T>> given, T old, List<String> problems) {
        for (Part<T> part : given) {
            try {
                part.apply(old);
            } catch (Exception e) {
                LOG.error("a part could not go back to the configuration before; restart the collector", e);
                problems.add("and a part could not go back to what was before, restart the collector: " + e);
            }
        }
    }

    /** Why a configuration that is right by itself can't follow the one in force. */
    private List<String> refusals(Reading<T> old, Reading<T> next) {
        List<String> problems = new ArrayList<>();
        for (Version.Change change : Changes.between(old, next)) {
            if (needsRestart.test(change.path())) {
                problems.add(change + " needs a restart; nothing was applied");
            }
        }
        checks.forEach(check -> problems.addAll(check.problems(old.value(), next.value())));
        return problems;
    }

    /** What would be without effect: an option of the command line stays as it was said. */
    private List<String> overridden(Map<String, String> values) throws ConfigException {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, Object> said : source.overrides().entrySet()) {
            String yaml = values.get(said.getKey());
            String value = yaml == null ? "" : ConfigTree.value(yaml).asText();
            if (yaml != null && !said.getValue().toString().equals(value)) {
                problems.add(said.getKey() + ": " + value + " (expected " + said.getValue()
                        + ", which the command line said and which wins; start the collector without that option)");
            }
        }
        return problems;
    }

    private Version version(
            long number, String who, String origin, List<Version.Change> changes, String text, String hash) {
        return new Version(number, Instant.ofEpochMilli(clock.millis()), who, origin, changes, text, hash);
    }

    private Outcome outcome(Outcome.Kind kind, List<Version.Change> changes, List<String> problems) {
        return new Outcome(kind, version().number(), changes, problems);
    }

    private Set<Path> watched() {
        Set<Path> files = new LinkedHashSet<>(state.reading().files());
        if (source.file() != null) {
            files.add(source.file());
        }
        return files;
    }

    private String fileHash(String text) {
        if (source.file() == null) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
