package io.kvops.server;

import io.kvops.ingest.AgentConfiguration;
import io.kvops.ingest.ConnectedAgent;
import io.kvops.ingest.Ingest;
import io.kvops.server.config.LiveConfig;
import io.kvops.server.config.Version;
import io.kvops.server.http.AgentsState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells agents their part of the configuration, and says what they answer. The number that they confirm is that of the
 * version that last changed something of theirs, so other changes do not trouble them. Any thread may call.
 */
final class AgentPush {
    private static final String CAPABILITY = "configure";
    private static final String KILL_SWITCH = "enabled";
    private static final int MAX_PROBLEMS = 100;

    private final Ingest ingest;
    private final LiveConfig<CollectorConfig> live;
    private volatile long version;

    AgentPush(Ingest ingest, LiveConfig<CollectorConfig> live) {
        this.ingest = ingest;
        this.live = live;
    }

    /** Tells what is in force at the start. */
    void start() {
        boolean anything = !isNothing(live.value());
        long changed = live.versions(Integer.MAX_VALUE).stream()
                .filter(AgentPush::concernsAgents)
                .findFirst()
                .map(Version::number)
                .orElse(0L);
        tell(changed > 0 || !anything ? changed : live.version().number());
    }

    /** Tells what became another. */
    void changed(Version next) {
        if (concernsAgents(next)) {
            tell(next.number());
        }
    }

    /** How far the connected agents are. */
    AgentsState state() {
        int connected = 0;
        int confirmed = 0;
        List<String> problems = new ArrayList<>();
        for (ConnectedAgent agent : ingest.agents()) {
            if (agent.capabilities().contains(CAPABILITY)) {
                connected++;
                confirmed += agent.configVersion() >= version ? 1 : 0;
                for (String problem : agent.problems()) {
                    if (problems.size() < MAX_PROBLEMS) {
                        problems.add(agent.service() + "/" + agent.instance() + ": " + problem);
                    }
                }
            }
        }
        return new AgentsState(version, connected, confirmed, problems);
    }

    private void tell(long number) {
        version = number;
        CollectorConfig config = live.value();
        ingest.configureAgents(number == 0 ? AgentConfiguration.NONE : configuration(number, config));
    }

    private static AgentConfiguration configuration(long number, CollectorConfig config) {
        AgentsConfig agents = config.agents();
        if (config.enablePerformanceMonitoring()) {
            return new AgentConfiguration(number, agents.all(), agents.services());
        }
        Map<String, Map<String, String>> services = new LinkedHashMap<>();
        agents.services().forEach((service, options) -> services.put(service, switchedOff(options)));
        return new AgentConfiguration(number, switchedOff(agents.all()), services);
    }

    private static Map<String, String> switchedOff(Map<String, String> options) {
        Map<String, String> off = new LinkedHashMap<>(options);
        off.put(KILL_SWITCH, "false");
        return off;
    }

    private static boolean isNothing(CollectorConfig config) {
        return config.enablePerformanceMonitoring()
                && config.agents().all().isEmpty()
                && config.agents().services().isEmpty();
    }

    private static boolean concernsAgents(Version version) {
        return version.changes().stream()
                .anyMatch(change ->
                        change.path().startsWith("agents.") || change.path().equals("enablePerformanceMonitoring"));
    }
}
