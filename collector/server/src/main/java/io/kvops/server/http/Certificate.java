package io.kvops.server.http;

import io.kvops.ingest.IngestException;
import io.kvops.ingest.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and key of HTTPS. They are read again when a file's time or size changes; bad ones change nothing. */
final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);

    private final HttpTls tls;
    private final Clock clock;
    private volatile PemKeyCertOptions options;
    private volatile String seen;

    private Certificate(HttpTls tls, Clock clock, PemKeyCertOptions options, String seen) {
        this.tls = tls;
        this.clock = clock;
        this.options = options;
        this.seen = seen;
    }

    static Certificate load(HttpTls tls, Clock clock) throws IOException {
        return new Certificate(tls, clock, read(tls, clock), stamp(tls));
    }

    PemKeyCertOptions options() {
        return options;
    }

    /** Looks whether the files changed, and uses what they hold then for new connections. */
    void reload(Vertx vertx, HttpServer server) {
        vertx.executeBlocking(() -> stamp(tls), false).onSuccess(now -> {
            if (!now.equals(seen)) {
                seen = now;
                use(vertx, server);
            }
        });
    }

    private void use(Vertx vertx, HttpServer server) {
        vertx.executeBlocking(() -> read(tls, clock), false)
                .compose(read -> server.updateSSLOptions(new ServerSSLOptions()
                                .setKeyCertOptions(read)
                                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3")))
                        .map(updated -> read))
                .onSuccess(read -> {
                    options = read;
                    LOG.info("http.tls: took the changed {}", tls.certificate());
                })
                .onFailure(failure -> LOG.error(
                        "http.tls: the changed files can't be used, those before stay in use: {}",
                        failure.getMessage()));
    }

    /** What does not fit together would bind all the same, and fail each handshake. */
    private static PemKeyCertOptions read(HttpTls tls, Clock clock) throws IOException {
        try {
            new TlsConfig(tls.certificate(), tls.key(), null).check(clock);
        } catch (IngestException e) {
            throw new IOException("http." + e.getMessage(), e);
        }
        return new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(Files.readAllBytes(tls.certificate())))
                .setKeyValue(Buffer.buffer(Files.readAllBytes(tls.key())));
    }

    private static String stamp(HttpTls tls) throws IOException {
        return stamp(tls.certificate()) + " " + stamp(tls.key());
    }

    private static String stamp(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
    }
}
