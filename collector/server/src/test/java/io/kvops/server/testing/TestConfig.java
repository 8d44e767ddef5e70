package io.kvops.server.testing;

import io.kvops.server.http.Applied;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.ConfigState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration that keeps texts, and refuses those that hold the word {@code wrong}. */
public final class TestConfig implements ConfigControl {
    private final List<ConfigState> states = new ArrayList<>();

    TestConfig() {
        add("collector", "a: 1\n");
    }

    private void add(String who, String yaml) {
        states.add(0, new ConfigState(states.size() + 1, Instant.parse("2026-01-01T00:00:00Z"), who, "test", yaml));
    }

    @Override
    public synchronized ConfigState current() {
        return states.get(0);
    }

    @Override
    public synchronized List<ConfigState> versions(int limit) {
        return states.stream()
                .limit(limit)
                .map(s -> new ConfigState(s.version(), s.at(), s.who(), s.origin(), ""))
                .toList();
    }

    @Override
    public synchronized Optional<ConfigState> version(long version) {
        return states.stream().filter(s -> s.version() == version).findFirst();
    }

    @Override
    public List<String> validate(String yaml) {
        return yaml.contains("wrong") ? List.of("a: wrong (expected right)") : List.of();
    }

    @Override
    public synchronized Applied apply(String yaml, long basedOn, String who) {
        long now = current().version();
        if (basedOn != ANY && basedOn != now) {
            return Applied.conflict(now);
        }
        if (!validate(yaml).isEmpty()) {
            return Applied.refused(now, validate(yaml));
        }
        if (yaml.equals(current().yaml())) {
            return Applied.unchanged(now);
        }
        add(who, yaml);
        return Applied.applied(now + 1, List.of());
    }

    @Override
    public synchronized Applied set(Map<String, String> values, long basedOn, String who) {
        StringBuilder yaml = new StringBuilder(current().yaml());
        values.forEach(
                (path, value) -> yaml.append(path).append(": ").append(value).append('\n'));
        return apply(yaml.toString(), basedOn, who);
    }

    @Override
    public Applied reload(String who) {
        return Applied.unchanged(current().version());
    }
}
