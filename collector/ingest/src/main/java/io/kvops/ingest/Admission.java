package io.kvops.ingest;

import io.kvops.wire.Hello;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which agent may connect, by its token and service, and as which service it may send. Any thread asks, one changes. */
final class Admission {
    private volatile Tokens tokens;

    private record Tokens(boolean open, String common, Map<String, ServiceGate> gates) {}

    Admission(IngestConfig config, long nowNanos) {
        tokens = new Tokens(true, "", Map.of());
        apply(config, nowNanos);
    }

    /** From now on these tokens and quotas; what a service has used of its quota stays used. */
    void apply(IngestConfig config, long nowNanos) {
        Map<String, ServiceGate> gates = new HashMap<>();
        config.tokens().forEach((service, quota) -> {
            ServiceGate known = tokens.gates().get(service);
            if (known == null) {
                known = new ServiceGate(service, quota, nowNanos);
            } else {
                known.quota(quota);
            }
            gates.put(service, known);
        });
        tokens = new Tokens(!config.asksForToken(), config.token(), Map.copyOf(gates));
    }

    /** Whether the token is the one for the service. A service with a token of its own has no other. */
    boolean admits(Hello hello) {
        Tokens now = tokens;
        ServiceGate gate = now.gates().get(hello.source().service());
        if (gate != null) {
            return same(gate.quota().token(), hello.token());
        }
        return now.open() || (!now.common().isEmpty() && same(now.common(), hello.token()));
    }

    /** The gate of a service that has a token of its own, else null. */
    @Nullable
    ServiceGate gate(String service) {
        return tokens.gates().get(service);
    }

    /** Whether who is admitted as one service may send frames of another, which a dead process of it left. */
    boolean maySend(String admittedAs, String service) {
        return admittedAs.equals(service) || (gate(admittedAs) == null && gate(service) == null);
    }

    Collection<ServiceGate> gates() {
        return tokens.gates().values();
    }

    /** Compares all bytes whatever they are, so that the time tells nothing. */
    private static boolean same(String expected, String token) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }
}
