package io.kvops.ingest;

import io.kvops.wire.Hello;
import io.kvops.wire.Refusal;
import io.kvops.wire.WireCodec;
import org.jspecify.annotations.Nullable;

/** Decides whether an agent is welcome. */
final class Welcoming {
    private Welcoming() {}

    /**
     * What an agent is told.
     *
     * @param refused why not; null if it is welcome
     * @param reason empty if it is welcome
     * @param gate of its service, entered; null if the service has none
     */
    record Answer(
            Refusal.@Nullable Kind refused,
            String reason,
            @Nullable ServiceGate gate) {}

    static Answer answer(Hello hello, Admission admission) {
        String service = hello.source().service();
        if (hello.protocol() < WireCodec.PROTOCOL_VERSION) {
            return new Answer(
                    Refusal.Kind.VERSION,
                    "protocol version " + hello.protocol() + " is not spoken here (expected "
                            + WireCodec.PROTOCOL_VERSION + "); use an agent of the collector's version",
                    null);
        }
        if (!admission.admits(hello)) {
            return new Answer(
                    Refusal.Kind.TOKEN,
                    (hello.token().isEmpty() ? "no token" : "wrong token") + " for service " + service
                            + "; give the agent the token of the collector's configuration",
                    null);
        }
        ServiceGate gate = admission.gate(service);
        String full = gate == null ? null : gate.enter(hello.source().agentId());
        return full == null ? new Answer(null, "", gate) : new Answer(Refusal.Kind.UNAVAILABLE, full, null);
    }
}
