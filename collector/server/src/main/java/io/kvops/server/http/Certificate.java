package io.kvops.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and key of HTTPS. They are read again when a file's time or size changes; bad ones change nothing. */
final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);

    private final HttpTls tls;
    private volatile PemKeyCertOptions options;
    private volatile String seen;

    private Certificate(HttpTls tls, PemKeyCertOptions options, String seen) {
        this.tls = tls;
        this.options = options;
        this.seen = seen;
    }

    static Certificate load(HttpTls tls) throws IOException {
        return new Certificate(tls, read(tls), stamp(tls));
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
        vertx.executeBlocking(() -> read(tls), false)
                .compose(read -> server.updateSSLOptions(new ServerSSLOptions()
                                .setKeyCertOptions(read)
                                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3")))
                        .map(updated -> read))
                .onSuccess(read -> {
                    options = read;
                    LOG.info("http.tls: took the changed {}", tls.certificate());
                })
                .onFailure(failure -> LOG.error(
                        "http.tls: the changed {} can't be used, the one before stays in use: {}",
                        tls.certificate(),
                        failure.getMessage()));
    }

    private static PemKeyCertOptions read(HttpTls tls) throws IOException {
        return new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(bytes("http.tls.certificate", tls.certificate())))
                .setKeyValue(Buffer.buffer(bytes("http.tls.key", tls.key())));
    }

    private static byte[] bytes(String key, Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(
                    key + ": can't read " + file + " (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static String stamp(HttpTls tls) throws IOException {
        return stamp(tls.certificate()) + " " + stamp(tls.key());
    }

    private static String stamp(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
    }
}
