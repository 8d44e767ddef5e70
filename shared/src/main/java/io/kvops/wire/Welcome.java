package io.kvops.wire;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Answer to a hello that was accepted. */
public final class Welcome implements Message {
    private final int protocol;
    private final List<String> capabilities;
    private final int maxFrameBytes;
    private final Map<String, String> config;
    private final long configVersion;

    /**
     * @param protocol version both sides use from now on
     * @param capabilities optional parts the collector understands
     * @param maxFrameBytes largest message the collector takes, in bytes
     * @param config agent options to apply now, by name; empty leaves all as they are
     * @param configVersion number of that configuration, 0 if none
     */
    public Welcome(
            int protocol,
            List<String> capabilities,
            int maxFrameBytes,
            Map<String, String> config,
            long configVersion) {
        this.protocol = protocol;
        this.capabilities = Objects.requireNonNull(capabilities, "capabilities");
        this.maxFrameBytes = maxFrameBytes;
        this.config = Objects.requireNonNull(config, "config");
        this.configVersion = configVersion;
    }

    public int protocol() {
        return protocol;
    }

    public List<String> capabilities() {
        return capabilities;
    }

    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    public Map<String, String> config() {
        return config;
    }

    public long configVersion() {
        return configVersion;
    }
}
