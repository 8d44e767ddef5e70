package io.kvops.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of a running collector, as the HTTP door reads and changes it. Versions grow by one with each change
 * that was applied. Any thread may call; changes are made one after the other, each as a whole or not at all.
 *
 * <p>No secret leaves through here: where a secret stands in a text it is {@link #SECRET}, and where that comes back in a
 * change, the secret stays what it was.
 */
public interface ConfigControl {
    /** Stands for a secret. */
    String SECRET = "***";

    /** As {@code basedOn}: whatever the version is now. */
    long ANY = 0;

    /** What is in force. */
    ConfigState current();

    /** Each setting with its value, also those that nobody said, in the order of the shipped file. */
    default List<SettingState> settings() {
        return List.of();
    }

    /** How far agents are with what they were told. */
    default AgentsState agents() {
        return new AgentsState(0, 0, 0, List.of());
    }

    /** What was in force before, newest first, the current one included; without their texts. */
    List<ConfigState> versions(int limit);

    /** One of {@link #versions}, with its text; empty if it is not kept. */
    Optional<ConfigState> version(long version);

    /** What is wrong with a text, one line each; empty: it could be applied. Changes nothing. */
    List<String> validate(String yaml);

    /**
     * Puts a whole configuration in force.
     *
     * @param yaml the text, as in {@code config/collector.yaml}
     * @param basedOn the version that was changed, or {@link #ANY}; refused as a conflict if another one is in force
     * @param who user or part of the collector, for the versions' list
     */
    Applied apply(String yaml, long basedOn, String who);

    /**
     * Changes some values, all or none.
     *
     * @param values by path, such as {@code analyzer.maxSlowQueries}; each as it would be written in the file: a text
     *     in quotes stays one whatever is in it; empty: back to the default
     */
    Applied set(Map<String, String> values, long basedOn, String who);

    /** Reads the file again that the collector was started with. */
    Applied reload(String who);

    default Applied apply(String yaml, String who) {
        return apply(yaml, ANY, who);
    }

    default Applied set(String path, String value, String who) {
        return set(Map.of(path, value), ANY, who);
    }
}
