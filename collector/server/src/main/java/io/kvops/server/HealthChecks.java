package io.kvops.server;

import io.kvops.ingest.IngestStats;
import io.kvops.rules.AlertsStats;
import io.kvops.server.config.LiveConfig;
import io.kvops.server.config.Reason;
import io.kvops.server.report.Quantities;
import io.kvops.stores.Measurement;
import io.kvops.stores.TargetStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at each part of a collector. Belongs to the thread that asks. */
final class HealthChecks {
    private final List<Health.Check> checks = new ArrayList<>();

    private void check(String name, boolean healthy, String detail) {
        checks.add(new Health.Check(name, healthy, detail));
    }

    Health health() {
        return Health.of(checks);
    }

    void ingest(IngestStats stats, boolean ready, Path folder) {
        check(
                "journal",
                !stats.paused(),
                stats.paused()
                        ? "nothing is journaled: the disk under " + folder + " is full or fails"
                        : Quantities.bytes(stats.journalBytes()) + " in " + stats.journalSegments() + " files");
        check("replay", ready, ready ? "done" : stats.replayed() + " frames of the journal processed so far");
        check(
                "analyzer",
                stats.consumerErrors() == 0,
                stats.consumerErrors() == 0
                        ? stats.pendingFrames() + " frames wait"
                        : stats.consumerErrors() + " frames could not be merged; see the log");
    }

    void disk(Path folder, long minFreeBytes) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            check(
                    "disk",
                    free >= minFreeBytes,
                    Quantities.bytes(free) + " free under " + folder + "; below " + Quantities.bytes(minFreeBytes)
                            + " nothing is journaled");
        } catch (IOException e) {
            check("disk", false, folder + " can't be looked at: " + Reason.of(e));
        }
    }

    void history(String problem, String well) {
        check("history", problem.isEmpty(), problem.isEmpty() ? well : problem);
    }

    void stores(List<TargetStatus> targets) {
        List<String> down = targets.stream()
                .filter(target -> target.state() == Measurement.State.DOWN)
                .map(target -> target.name() + ": " + target.problem())
                .toList();
        long up = targets.stream().filter(t -> t.state() != null).count() - down.size();
        check(
                "stores",
                down.isEmpty(),
                down.isEmpty()
                        ? up + " of " + targets.size() + " measured"
                        : down.size() + " of " + targets.size() + " down: " + String.join("; ", down));
    }

    void alerts(AlertsStats stats) {
        List<String> problems = new ArrayList<>();
        if (!stats.problem().isEmpty()) {
            problems.add(stats.problem());
        }
        stats.receivers().stream()
                .filter(receiver -> !receiver.problem().isEmpty())
                .limit(3)
                .forEach(receiver -> problems.add("receiver " + receiver.name() + ": " + receiver.problem()));
        check(
                "alerts",
                problems.isEmpty(),
                problems.isEmpty()
                        ? stats.rules() + " rules, " + stats.receivers().size() + " receivers"
                        : String.join("; ", problems));
    }

    void http(int port) {
        check("http", port != 0, port != 0 ? "port " + port : "not listening");
    }

    void config(LiveConfig<?> live, int confirmed, int connected, List<String> refusals) {
        boolean well = live.problem().isEmpty();
        check("config", well, well ? "version " + live.version().number() : live.problem());
        if (connected > 0) {
            check(
                    "agents",
                    refusals.isEmpty(),
                    refusals.isEmpty()
                            ? confirmed + " of " + connected + " have confirmed their options"
                            : String.join("; ", refusals.subList(0, Math.min(3, refusals.size()))));
        }
    }
}
