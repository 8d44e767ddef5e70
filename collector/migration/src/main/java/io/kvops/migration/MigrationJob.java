package io.kvops.migration;

import io.kvops.migration.filter.Filter;
import io.kvops.migration.transform.Transforms;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.WriteOptions.Loss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What is to be copied or compared, and how. Immutable.
 *
 * @param action what to do
 * @param source address of a store, which is never changed
 * @param target the same
 * @param filter which records
 * @param transforms what becomes of them, as {@link Transforms#of} reads it
 * @param conflict what becomes of keys that the target has
 * @param onlyDifferent whether a record is written only if the target's is another; asks the target first
 * @param loss what becomes of what the target can't hold
 * @param pace how fast
 * @param verify whether both are compared after the copy; a file that was written is read back, and the source is asked for its
 *     keys, so that the source has to be a store, and transforms can't be
 * @param repair whether differences are repaired in the target
 * @param report file that gets a line for each difference; empty for none
 * @param files how files are written and read, where source or target is one
 */
public record MigrationJob(
        Action action,
        String source,
        String target,
        Filter filter,
        List<String> transforms,
        Conflict conflict,
        boolean onlyDifferent,
        Loss loss,
        Pace pace,
        boolean verify,
        boolean repair,
        String report,
        FileOptions files) {
    public MigrationJob {
        Objects.requireNonNull(action, "action");
        source = place(source);
        target = place(target);
        StoreAddress from = StoreAddress.parse(source);
        StoreAddress to = StoreAddress.parse(target);
        if (action == Action.EXPORT && !Endpoints.isFile(to)) {
            throw new IllegalArgumentException("target: " + to + " (expected the name of a file)");
        }
        if (Endpoints.isFile(to) && action == Action.VERIFY) {
            throw new IllegalArgumentException("target: " + to + " can't be asked for keys, as it is a file (expected a"
                    + " store; compare the other way round: kvops verify " + to + " " + from + ")");
        }
        if (Endpoints.isFile(to) && verify && (Endpoints.isFile(from) || !transforms.isEmpty())) {
            throw new IllegalArgumentException(
                    "verify: " + to + " is a file, which is compared by asking the source for"
                            + " its keys (expected a source that is a store, and no transforms; import it, then compare stores)");
        }
        if (action == Action.IMPORT && !Endpoints.isFile(from) && !from.scheme().equals("rdb")) {
            throw new IllegalArgumentException("source: " + from + " (expected the name of a file)");
        }
        if (from.subject().equals(to.subject())) {
            throw new IllegalArgumentException("target: " + to + " is the source (expected another store or file)");
        }
        Objects.requireNonNull(filter, "filter");
        transforms = List.copyOf(transforms);
        Transforms.of(transforms);
        Objects.requireNonNull(files, "files");
    }

    /** Who goes on with a task may stand in another folder than who began it. */
    private static String place(String address) {
        StoreAddress parsed = StoreAddress.parse(address);
        return Endpoints.isFile(parsed)
                ? Path.of(parsed.path()).toAbsolutePath().normalize().toString()
                : address;
    }

    /** One with the defaults: all records, what is there is overwritten, what can't be held fails. */
    public static MigrationJob of(Action action, String source, String target) {
        return new MigrationJob(
                action,
                source,
                target,
                Filter.ALL,
                List.of(),
                Conflict.OVERWRITE,
                false,
                Loss.FAIL,
                Pace.DEFAULT,
                false,
                false,
                "",
                FileOptions.DEFAULT);
    }

    public MigrationJob with(Filter newFilter) {
        return but(draft -> draft.filter = newFilter);
    }

    public MigrationJob with(Pace newPace) {
        return but(draft -> draft.pace = newPace);
    }

    public MigrationJob withTransforms(List<String> texts) {
        return but(draft -> draft.transforms = texts);
    }

    public MigrationJob withConflict(Conflict policy, boolean differentOnly) {
        return but(draft -> {
            draft.conflict = policy;
            draft.onlyDifferent = differentOnly;
        });
    }

    public MigrationJob with(Loss policy) {
        return but(draft -> draft.loss = policy);
    }

    /** The same with a comparison: after a copy, or of a verification. */
    public MigrationJob withVerify(boolean wanted, boolean repairing, String reportFile) {
        return but(draft -> {
            draft.verify = wanted;
            draft.repair = repairing;
            draft.report = reportFile;
        });
    }

    public MigrationJob with(FileOptions options) {
        return but(draft -> draft.files = options);
    }

    /** Whether what was written is compared by reading it, and asking the source: a file can't be asked for keys. */
    boolean comparesBack() {
        return verify && Endpoints.isFile(StoreAddress.parse(target));
    }

    /** The comparison the other way round. */
    MigrationJob back() {
        return of(Action.VERIFY, /* source= */ target, /* target= */ source)
                .with(filter)
                .with(pace)
                .withVerify(true, false, report);
    }

    /** One line for people, without secrets. */
    public String title() {
        return action + " " + StoreAddress.parse(source).subject() + " to "
                + StoreAddress.parse(target).subject();
    }

    /** As texts, for {@link #of(Map)}; passwords that stand in addresses are among them. */
    public Map<String, String> toMap() {
        Map<String, String> map = new HashMap<>();
        map.put("action", action.toString());
        map.put("source", source);
        map.put("target", target);
        filter.toMap().forEach((name, value) -> map.put("filter." + name, value));
        for (int i = 0; i < transforms.size(); i++) {
            map.put("transform." + i, transforms.get(i));
        }
        map.put("conflict", conflict.toString());
        map.put("onlyDifferent", Boolean.toString(onlyDifferent));
        map.put("loss", loss.name());
        pace.putInto(map);
        map.put("verify", Boolean.toString(verify));
        map.put("repair", Boolean.toString(repair));
        map.put("report", report);
        files.putInto(map);
        return map;
    }

    /** Reads what {@link #toMap} made. */
    public static MigrationJob of(Map<String, String> map) {
        List<String> transforms = new ArrayList<>();
        for (int i = 0; map.containsKey("transform." + i); i++) {
            transforms.add(map.getOrDefault("transform." + i, ""));
        }
        return new MigrationJob(
                Action.valueOf(map.getOrDefault("action", "").toUpperCase(Locale.ROOT)),
                map.getOrDefault("source", ""),
                map.getOrDefault("target", ""),
                Filter.of(under(map, "filter.")),
                transforms,
                Conflict.valueOf(map.getOrDefault("conflict", "").toUpperCase(Locale.ROOT)),
                Boolean.parseBoolean(map.get("onlyDifferent")),
                Loss.valueOf(map.getOrDefault("loss", "")),
                Pace.of(map),
                Boolean.parseBoolean(map.get("verify")),
                Boolean.parseBoolean(map.get("repair")),
                map.getOrDefault("report", ""),
                FileOptions.of(map));
    }

    private static Map<String, String> under(Map<String, String> map, String prefix) {
        Map<String, String> found = new HashMap<>();
        map.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** The same but for some things. */
    private MigrationJob but(Consumer<Draft> change) {
        Draft draft = new Draft();
        change.accept(draft);
        return draft.job();
    }

    private final class Draft {
        private Filter filter = MigrationJob.this.filter;
        private List<String> transforms = MigrationJob.this.transforms;
        private Conflict conflict = MigrationJob.this.conflict;
        private boolean onlyDifferent = MigrationJob.this.onlyDifferent;
        private Loss loss = MigrationJob.this.loss;
        private Pace pace = MigrationJob.this.pace;
        private boolean verify = MigrationJob.this.verify;
        private boolean repair = MigrationJob.this.repair;
        private String report = MigrationJob.this.report;
        private FileOptions files = MigrationJob.this.files;

        MigrationJob job() {
            return new MigrationJob(
                    action,
                    source,
                    target,
                    filter,
                    transforms,
                    conflict,
                    onlyDifferent,
                    loss,
                    pace,
                    verify,
                    repair,
                    report,
                    files);
        }
    }
}
