package io.kvops.server;

import io.kvops.server.config.LiveConfig;
import io.kvops.server.config.Outcome;
import io.kvops.server.config.Version;
import io.kvops.server.http.AgentsState;
import io.kvops.server.http.Applied;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.ConfigState;
import io.kvops.server.http.SettingState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The live configuration as the HTTP door sees it. */
final class ConfigDoor implements ConfigControl {
    private final LiveConfig<CollectorConfig> live;

    private final Supplier<AgentsState> agents;

    ConfigDoor(LiveConfig<CollectorConfig> live, Supplier<AgentsState> agents) {
        this.live = live;
        this.agents = agents;
    }

    @Override
    public ConfigState current() {
        return state(live.version(), true);
    }

    @Override
    public List<SettingState> settings() {
        return live.settings().stream()
                .map(s -> new SettingState(s.path(), s.value(), s.expected(), s.secret(), s.said()))
                .toList();
    }

    @Override
    public AgentsState agents() {
        return agents.get();
    }

    @Override
    public List<ConfigState> versions(int limit) {
        return live.versions(limit).stream()
                .map(version -> state(version, false))
                .toList();
    }

    @Override
    public Optional<ConfigState> version(long version) {
        return live.version(version).map(found -> state(found, true));
    }

    @Override
    public List<String> validate(String yaml) {
        return live.validate(yaml);
    }

    @Override
    public Applied apply(String yaml, long basedOn, String who) {
        return applied(live.apply(yaml, basedOn, who));
    }

    @Override
    public Applied set(Map<String, String> values, long basedOn, String who) {
        return applied(live.set(values, basedOn, who));
    }

    @Override
    public Applied reload(String who) {
        return applied(live.reload(who));
    }

    private static List<String> lines(List<Version.Change> changes) {
        return changes.stream().map(Version.Change::toString).toList();
    }

    private ConfigState state(Version version, boolean withText) {
        return new ConfigState(
                version.number(),
                version.at(),
                version.who(),
                version.origin(),
                lines(version.changes()),
                withText ? live.shown(version) : "");
    }

    private static Applied applied(Outcome outcome) {
        return switch (outcome.kind()) {
            case APPLIED -> Applied.changed(outcome.version(), lines(outcome.changes()));
            case UNCHANGED -> Applied.unchanged(outcome.version());
            case REFUSED -> Applied.refused(outcome.version(), outcome.problems());
            case CONFLICT -> Applied.conflict(outcome.version());
        };
    }
}
