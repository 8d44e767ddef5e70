package io.kvops.wire;

import java.util.List;
import java.util.Objects;

/** An agent's answer to a configuration, which came in a {@link Configure} or in the {@link Welcome}. */
public final class Configured implements Message {
    private final long version;
    private final List<String> problems;

    /**
     * @param version number of the configuration that this answers
     * @param problems why it was not applied, one line each: then the agent goes on with what it had; empty: it was applied,
     *     as a whole
     */
    public Configured(long version, List<String> problems) {
        this.version = version;
        this.problems = Objects.requireNonNull(problems, "problems");
    }

    public long version() {
        return version;
    }

    public List<String> problems() {
        return problems;
    }
}
