package io.kvops.wire;

import java.util.Objects;
import java.util.UUID;

/** Who a frame comes from: one run of one JVM. Every frame carries it, so that a frame means the same in a spool, in the journal and after its process is gone. */
public final class Source {
    private final UUID agentId;
    private final String service;
    private final String instance;
    private final String host;
    private final long pid;
    private final String jvm;

    /**
     * @param agentId drawn at random by each agent at its start
     * @param service the name the operator gave, at most 255 characters
     * @param instance tells instances of a service apart; host:pid unless told
     * @param host the name of the host
     * @param pid process id, 0 if not known
     * @param jvm vendor and version, for people
     */
    public Source(UUID agentId, String service, String instance, String host, long pid, String jvm) {
        this.agentId = Objects.requireNonNull(agentId, "agentId");
        this.service = Objects.requireNonNull(service, "service");
        this.instance = Objects.requireNonNull(instance, "instance");
        this.host = Objects.requireNonNull(host, "host");
        this.pid = pid;
        this.jvm = Objects.requireNonNull(jvm, "jvm");
    }

    public UUID agentId() {
        return agentId;
    }

    public String service() {
        return service;
    }

    public String instance() {
        return instance;
    }

    public String host() {
        return host;
    }

    public long pid() {
        return pid;
    }

    public String jvm() {
        return jvm;
    }
}
