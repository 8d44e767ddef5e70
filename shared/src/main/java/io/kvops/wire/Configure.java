package io.kvops.wire;

import java.util.Map;
import java.util.Objects;

/**
 * The options of an agent that the collector manages, all of them; sent to agents that said they can ({@link
 * #CAPABILITY}). The agent answers with a {@link Configured}.
 */
public final class Configure implements Message {
    /** Says in a hello that the agent takes this message, and answers it. */
    public static final String CAPABILITY = "configure";

    private final long version;
    private final Map<String, String> options;

    /**
     * @param version number of this configuration, at least 1
     * @param options by the agent's own names; an option that is absent goes back to the value the agent started with
     */
    public Configure(long version, Map<String, String> options) {
        this.version = version;
        this.options = Objects.requireNonNull(options, "options");
    }

    public long version() {
        return version;
    }

    public Map<String, String> options() {
        return options;
    }
}
