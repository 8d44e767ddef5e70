package io.kvops.wire;

import java.util.List;
import java.util.Objects;

/** First message of an agent on every connection. */
public final class Hello implements Message {
    private final int protocol;
    private final List<String> capabilities;
    private final String token;
    private final Source source;
    private final long startMillis;
    private final String agentVersion;

    /**
     * @param protocol highest protocol version the agent speaks
     * @param capabilities optional parts the agent understands
     * @param token shared secret; empty if none
     * @param source the agent that speaks; frames may come from others, whose spools it delivers
     * @param startMillis when the agent started, epoch milliseconds
     * @param agentVersion version of the agent
     */
    public Hello(
            int protocol,
            List<String> capabilities,
            String token,
            Source source,
            long startMillis,
            String agentVersion) {
        this.protocol = protocol;
        this.capabilities = Objects.requireNonNull(capabilities, "capabilities");
        this.token = Objects.requireNonNull(token, "token");
        this.source = Objects.requireNonNull(source, "source");
        this.startMillis = startMillis;
        this.agentVersion = Objects.requireNonNull(agentVersion, "agentVersion");
    }

    public int protocol() {
        return protocol;
    }

    public List<String> capabilities() {
        return capabilities;
    }

    public String token() {
        return token;
    }

    public Source source() {
        return source;
    }

    public long startMillis() {
        return startMillis;
    }

    public String agentVersion() {
        return agentVersion;
    }
}
