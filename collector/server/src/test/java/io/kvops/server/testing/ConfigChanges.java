package io.kvops.server.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random changes of a collector's configuration, and what has to become of each. */
public final class ConfigChanges {
    private static final List<String> KEY_MODES = List.of("plain", "hash", "pattern");

    private final Random random;
    /** Those whose agents are told something of their own; their sections have to be there. */
    private final List<String> services;

    public ConfigChanges(Random random, List<String> services) {
        this.random = random;
        this.services = List.copyOf(services);
    }

    /**
     * A change.
     *
     * @param values by path
     * @param refusal what the refusal has to say; empty: it is valid
     */
    public record Change(Map<String, String> values, List<String> refusal) {
        public boolean isValid() {
            return refusal.isEmpty();
        }

        public boolean concernsAgents() {
            return values.keySet().stream().anyMatch(path -> path.startsWith("agents."));
        }
    }

    /** So many, half of them valid, in random order. */
    public List<Boolean> order(int changes) {
        List<Boolean> order = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            order.add(i % 2 == 0);
        }
        Collections.shuffle(order, random);
        return order;
    }

    /** One to three settings of different parts, each with a value that it does not have. */
    public Change valid(Map<String, String> now) {
        Map<String, String> values = new HashMap<>();
        while (values.isEmpty()) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                switch (random.nextInt(11)) {
                    case 0 -> values.put("agents.all.slow", 1 + random.nextInt(900) + "ms");
                    case 1 -> values.put("agents.all.slowMax", "" + random.nextInt(1_000));
                    case 2 -> values.put("agents.all.slowStack", "" + random.nextBoolean());
                    case 3 ->
                        values.put(
                                "agents.all.interval",
                                101 + 2 * random.nextInt(1_500) + "ms"); // whole seconds are shown as such
                    case 4 -> values.put("agents.all.keys", KEY_MODES.get(random.nextInt(KEY_MODES.size())));
                    case 5 ->
                        services.forEach(service ->
                                values.put("agents.services." + service + ".slow", 1 + random.nextInt(900) + "ms"));
                    case 6 -> values.put("analyzer.maxHotKeys", "" + (1 + random.nextInt(10_000)));
                    case 7 -> values.put("ingest.maxSeriesPerAgent", "" + (1_000 + random.nextInt(999_000)));
                    case 8 -> values.put("journal.sync", random.nextBoolean() ? "always" : "interval");
                    case 9 -> values.put("http.maxStreams", "" + (1 + random.nextInt(1_000)));
                    default -> values.put("history.maxSlowOpsPerHour", "" + (1 + random.nextInt(5_000)));
                }
            }
            values.entrySet().removeIf(entry -> entry.getValue().equals(now.get(entry.getKey())));
        }
        return new Change(values, List.of());
    }

    /** Valid values beside one that is wrong: nothing of it may be applied. */
    public Change invalid() {
        int n = 2 + random.nextInt(1_000);
        Map<String, String> values = new HashMap<>();
        values.put("analyzer.maxHotKeys", "" + (1 + random.nextInt(10_000)));
        values.put("agents.all.slow", 1_000 + n + "ms");
        List<String> refusal = switch (random.nextInt(8)) {
            case 0 -> {
                values.put("analyzer.maxHotKys", "" + n);
                yield List.of("unknown key analyzer.maxHotKys", "did you mean analyzer.maxHotKeys?");
            }
            case 1 -> {
                values.put("journal.retentionAge", "often" + n);
                yield List.of("journal.retentionAge: often" + n, "expected a duration");
            }
            case 2 -> {
                values.put("http.maxStreams", "" + (1_000 + n));
                yield List.of("http.maxStreams: " + (1_000 + n), "1 to 1000");
            }
            case 3 -> {
                values.put("ingest.queueBytes", "4KiB");
                values.put("ingest.maxFrameBytes", "4MiB");
                yield List.of("ingest.queueBytes: 4096", "expected 4194304");
            }
            case 4 -> {
                values.put("ingest.maxAgents", "" + (1_000 + n));
                yield List.of("ingest.maxAgents: 200000 → " + (1_000 + n), "needs a restart; nothing was applied");
            }
            case 5 -> {
                values.put("agents.all.keys", "secret" + n);
                yield List.of("agents.all.keys: secret" + n, "expected one of plain, hash, pattern");
            }
            case 6 -> {
                values.put("agents.all.interval", 10 + n + "m");
                yield List.of("agents.all.interval: " + (10 + n) + "m", "expected 100ms to 10m");
            }
            default -> {
                values.put("stores.targets", "[{address: 'redis://127.0.0.1:" + (100_000 + n) + "'}]");
                yield List.of("stores.targets[0]");
            }
        };
        return new Change(values, refusal);
    }
}
