package io.kvops.ingest;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * An agent that is connected now.
 *
 * @param id one run of one JVM
 * @param service the name that its operator gave
 * @param instance tells instances of a service apart
 * @param host name of its host, as the agent says
 * @param remote address and port that the connection came from
 * @param version of the agent
 * @param capabilities optional parts of the protocol that it understands
 * @param connectedSince when it was welcomed
 * @param configVersion the configuration that it has confirmed last; 0: none
 * @param problems why it did not apply the configuration that it was sent last, which then has a larger version than {@code
 *     configVersion}; empty if it did, or has not answered yet
 * @param frames frames that came over this connection, repeated ones and those of dead processes too
 * @param bytes their encoded bytes
 * @param paceMillis least time between two frames that it is asked for now, 0 if none
 */
public record ConnectedAgent(
        UUID id,
        String service,
        String instance,
        String host,
        String remote,
        String version,
        List<String> capabilities,
        Instant connectedSince,
        long configVersion,
        List<String> problems,
        long frames,
        long bytes,
        long paceMillis) {
    public ConnectedAgent {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(connectedSince, "connectedSince");
        capabilities = List.copyOf(capabilities);
        problems = List.copyOf(problems);
    }
}
