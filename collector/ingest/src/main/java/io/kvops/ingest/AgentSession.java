package io.kvops.ingest;

import io.kvops.wire.Configured;
import io.kvops.wire.Hello;
import io.kvops.wire.Source;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an agent that was welcomed. Written by its connection's event loop; any thread reads. */
final class AgentSession {
    private static final int PROBLEMS_MAX = 20;

    private final Hello hello;
    private final @Nullable ServiceGate gate;
    private final String remote;
    private final Instant since;
    private volatile long sentVersion;
    private volatile Answer answer = new Answer(0, List.of());
    private volatile long frames;
    private volatile long bytes;
    private volatile long paceMillis;

    private record Answer(long confirmed, List<String> problems) {}

    /** @param gate of the service, if it has a quota */
    AgentSession(Hello hello, @Nullable ServiceGate gate, String remote, Instant since) {
        // of a newer agent, or one that lies, only so much is kept
        this.hello = new Hello(
                hello.protocol(),
                hello.capabilities().stream()
                        .limit(PROBLEMS_MAX)
                        .map(LogLimit::clean)
                        .toList(),
                hello.token(),
                hello.source(),
                hello.startMillis(),
                LogLimit.clean(hello.agentVersion()));
        this.gate = gate;
        this.remote = remote;
        this.since = since;
    }

    Hello hello() {
        return hello;
    }

    String service() {
        return hello.source().service();
    }

    @Nullable
    ServiceGate gate() {
        return gate;
    }

    boolean can(String capability) {
        return hello.capabilities().contains(capability);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void received(int size) {
        frames++;
        bytes += size;
    }

    long sentVersion() {
        return sentVersion;
    }

    void configurationSent(long version) {
        sentVersion = version;
        answer = new Answer(answer.confirmed(), List.of());
    }

    /** Takes the agent's answer; one to an earlier configuration tells nothing any more. */
    void configured(Configured configured) {
        if (configured.version() != sentVersion) {
            return;
        }
        List<String> problems = configured.problems().stream()
                .limit(PROBLEMS_MAX)
                .map(LogLimit::clean)
                .toList();
        answer = new Answer(problems.isEmpty() ? configured.version() : answer.confirmed(), problems);
    }

    long paceMillis() {
        return paceMillis;
    }

    void paceSent(long millis) {
        paceMillis = millis;
    }

    ConnectedAgent snapshot() {
        Source source = hello.source();
        Answer now = answer;
        return new ConnectedAgent(
                source.agentId(),
                source.service(),
                source.instance(),
                source.host(),
                remote,
                hello.agentVersion(),
                hello.capabilities(),
                since,
                now.confirmed(),
                now.problems(),
                frames,
                bytes,
                paceMillis);
    }
}
