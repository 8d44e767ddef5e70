package io.kvops.ingest;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 at the door for agents. The files are PEM, and are read again when they change; a changed file that cannot
 * be used is said in the log, and the one before stays in use.
 *
 * @param certificate certificate of the collector, followed by those that lead to its root, which agents trust
 * @param key its private key, PKCS#8 ("BEGIN PRIVATE KEY"), without a password
 * @param clientCa certificates of which one must have signed the agent's own (mutual TLS); null: agents need none
 */
public record TlsConfig(
        Path certificate, Path key, @Nullable Path clientCa) {
    public TlsConfig {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
    }

    /**
     * Reads the files as the door does.
     *
     * @throws IngestException ({@link IngestException.Kind#TLS}) if one is missing, cannot be read, has expired, or does not
     *     fit the others; the message begins with {@code tls.certificate}, {@code tls.key} or {@code tls.clientCa}
     */
    public void check(Clock clock) throws IngestException {
        DoorTls.load(this, clock);
    }
}
