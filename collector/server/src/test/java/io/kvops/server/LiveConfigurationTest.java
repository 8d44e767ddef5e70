package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.server.http.AgentsState;
import io.kvops.server.http.Applied;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.SettingState;
import io.kvops.server.testing.ConfigChanges;
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
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

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
            await().atMost(PATIENCE).until(ops::ready);
            for (int i = 0; i < AGENTS; i++) {
                agents.add(LoadAgent.start(ops.running().ingestPort(), "service-" + i, System::currentTimeMillis));
            }
            await().atMost(PATIENCE).until(() -> ops.configControl().agents().connected() == AGENTS);
            ConfigControl control = ops.configControl();
            Map<String, String> expected = shown(control);
            ConfigChanges changes = new ConfigChanges(random, List.of());
            for (boolean isValid : changes.order(CHANGES)) {
                ConfigChanges.Change change = isValid ? changes.valid(expected) : changes.invalid();
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
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reported(ops)).isEqualTo(all));
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
        await().atMost(PATIENCE).untilAsserted(() -> {
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
}
