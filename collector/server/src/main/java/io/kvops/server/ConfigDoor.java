package io.kvops.server;

import io.kvops.server.config.LiveConfig;
import io.kvops.server.config.Outcome;
import io.kvops.server.config.Version;
import io.kvops.server.http.Applied;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.ConfigState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The live configuration as the HTTP door sees it. */
final class ConfigDoor implements ConfigControl {
    private final LiveConfig<CollectorConfig> live;

    ConfigDoor(LiveConfig<CollectorConfig> live) {
        this.live = live;
    }

    @Override
    public ConfigState current() {
        return state(live.version(), true);
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

    private ConfigState state(Version version, boolean withText) {
        return new ConfigState(
                version.number(), version.at(), version.who(), version.origin(), withText ? live.shown(version) : "");
    }

    private static Applied applied(Outcome outcome) {
        return switch (outcome.kind()) {
            case APPLIED -> Applied.applied(outcome.version(), List.of());
            case UNCHANGED -> Applied.unchanged(outcome.version());
            case REFUSED -> Applied.refused(outcome.version(), outcome.problems());
            case CONFLICT -> Applied.conflict(outcome.version());
        };
    }
}
