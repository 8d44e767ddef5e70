package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.server.http.AgentsState;
import io.kvops.server.http.Applied;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.SettingState;
import io.kvops.server.testing.LoadAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigurationTest {
    private static final int CHANGES = 100;
    private static final int AGENTS = 3;

    @TempDir
    private Path folder;

    /** A change with what a refusal must say; empty: it is valid. */
    private record Change(Map<String, String> values, List<String> refusal) {}

    @Test
    @DisplayName(
            "100 changes under load, half of them invalid: each as a whole or refused, agents confirm, no frame is lost")
    void configuration_changesUnderLoad() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("LiveConfigurationTest: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        List<LoadAgent> agents = new ArrayList<>();
        try (OpsManager ops = OpsManager.open(CollectorConfig.of(new CollectorConfig.Overrides(folder, 0, 0)))) {
            ops.start();
            await().until(ops::ready);
            for (int i = 0; i < AGENTS; i++) {
                agents.add(LoadAgent.start(ops.running().ingestPort(), "service-" + i, System::currentTimeMillis));
            }
            await().until(() -> ops.configControl().agents().connected() == AGENTS);
            ConfigControl control = ops.configControl();
            Map<String, String> expected = shown(control);
            List<Boolean> order = new ArrayList<>();
            for (int i = 0; i < CHANGES; i++) {
                order.add(i % 2 == 0);
            }
            java.util.Collections.shuffle(order, random);
            for (boolean isValid : order) {
                Change change = isValid ? valid(random, expected) : invalid(random);
                long before = control.current().version();
                Applied applied = control.set(change.values(), ConfigControl.ANY, "test");
                if (isValid) {
                    assertThat(applied.outcome()).as("%s", change).isEqualTo(Applied.Outcome.APPLIED);
                    assertThat(applied.version()).isEqualTo(before + 1);
                    expected.putAll(change.values());
                    awaitAgents(control, agents, expected);
                } else {
                    assertThat(applied.outcome()).as("%s", change).isEqualTo(Applied.Outcome.REFUSED);
                    assertThat(String.join("\n", applied.problems())).contains(change.refusal());
                    assertThat(control.current().version()).isEqualTo(before);
                }
                assertThat(shown(control)).as("%s", change).isEqualTo(expected);
            }
            assertThat(ops.config().analyzer().maxHotKeys())
                    .isEqualTo(Integer.parseInt(expected.getOrDefault("analyzer.maxHotKeys", "100")));

            long sent = 0;
            for (LoadAgent agent : agents) {
                sent += agent.finish();
            }
            long all = sent;
            assertThat(all).isPositive();
            await().untilAsserted(() -> assertThat(reported(ops)).isEqualTo(all));
        } finally {
            for (LoadAgent agent : agents) {
                agent.close();
            }
        }
    }

    private static long reported(OpsManager ops) {
        Instant now = Instant.now();
        return ops.generateReport(now.minus(Duration.ofHours(1)), now.plusSeconds(60))
                .totals()
                .ops();
    }

    private static void awaitAgents(ConfigControl control, List<LoadAgent> agents, Map<String, String> expected) {
        await().untilAsserted(() -> {
            AgentsState state = control.agents();
            assertThat(state.confirmed()).isEqualTo(AGENTS);
            assertThat(state.problems()).isEmpty();
            String slow = expected.get("agents.all.slow");
            if (!slow.isEmpty()) {
                assertThat(agents).allMatch(agent -> slow.equals(agent.options().get("slow")));
            }
        });
    }

    private static Map<String, String> shown(ConfigControl control) {
        return new HashMap<>(
                control.settings().stream().collect(Collectors.toMap(SettingState::path, SettingState::value)));
    }

    /** One to three settings of different parts, each with a value that it does not have. */
    private static Change valid(Random random, Map<String, String> now) {
        Map<String, String> values = new HashMap<>();
        while (values.isEmpty()) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                switch (random.nextInt(6)) {
                    case 0 -> values.put("agents.all.slow", 1 + random.nextInt(900) + "ms");
                    case 1 -> values.put("analyzer.maxHotKeys", "" + (1 + random.nextInt(10_000)));
                    case 2 -> values.put("ingest.maxSeriesPerAgent", "" + (10 + random.nextInt(1_000_000)));
                    case 3 -> values.put("journal.sync", random.nextBoolean() ? "always" : "interval");
                    case 4 -> values.put("http.maxStreams", "" + (1 + random.nextInt(1_000)));
                    default -> values.put("history.maxSlowOpsPerHour", "" + (1 + random.nextInt(5_000)));
                }
            }
            values.entrySet().removeIf(entry -> entry.getValue().equals(now.get(entry.getKey())));
        }
        return new Change(values, List.of());
    }

    /** A valid value beside one that is wrong: of the pair, nothing may be applied. */
    private static Change invalid(Random random) {
        Map<String, String> values = new HashMap<>(Map.of("analyzer.maxHotKeys", "" + (1 + random.nextInt(10_000))));
        int n = 2 + random.nextInt(1_000);
        List<String> refusal = switch (random.nextInt(6)) {
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
            default -> {
                values.put("stores.targets", "[{address: 'redis://127.0.0.1:" + (100_000 + n) + "'}]");
                yield List.of("stores.targets[0]");
            }
        };
        return new Change(values, refusal);
    }
}
