package io.kvops.server.http;

import io.kvops.server.security.Gate;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the collector over HTTP. {@link #start} binds, {@link #apply} changes what can be changed while it serves; {@link
 * #close} may be called more than once. Any thread may call.
 */
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final long BIND_SECONDS = 20;
    private static final long CLOSE_SECONDS = 5;
    private static final long SWEEP_MILLIS = 1_000;
    private static final long CERTIFICATE_MILLIS = 5_000;
    /** Above the limits that answer first: it ends connections that neither take nor give a byte. */
    private static final int IDLE_SECONDS = 660;

    private final CollectorView view;
    private final Clock clock;
    private final LongSupplier nanoTicker;
    private final Gate gate;
    private volatile HttpConfig config;
    private @Nullable Vertx vertx;
    private @Nullable HttpServer server;
    private @Nullable HttpParts parts;

    public HttpDoor(HttpConfig config, CollectorView view, Clock clock) {
        this(config, view, clock, System::nanoTime);
    }

    HttpDoor(HttpConfig config, CollectorView view, Clock clock, LongSupplier nanoTicker) {
        this.config = config;
        this.view = view;
        this.clock = clock;
        this.nanoTicker = nanoTicker;
        this.gate = new Gate(config.tokens(), clock);
    }

    /**
     * Binds and serves.
     *
     * @throws IOException if the port can't be bound (a {@link java.net.BindException} if it is taken), or a certificate
     *     can't be used
     */
    public synchronized void start() throws IOException {
        if (vertx != null) {
            throw new IllegalStateException("already started");
        }
        Vertx started = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(2)
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .build();
        vertx = started;
        try {
            Certificate certificate = config.tls() == null ? null : Certificate.load(config.tls(), clock);
            HttpParts made = new HttpParts(started, () -> config, view, clock, nanoTicker, gate);
            parts = made;
            HttpServer created = started.createHttpServer(options(certificate))
                    .connectionHandler(connection -> {
                        Versions.check(connection);
                        made.connections().opened(connection, config);
                    })
                    .invalidRequestHandler(request -> invalid(request, made))
                    .exceptionHandler(failure -> LOG.debug("connection failed", failure))
                    .requestHandler(made.dispatcher()::handle);
            server = await(created.listen(config.port(), config.host()), BIND_SECONDS);
            started.setPeriodic(SWEEP_MILLIS, timer -> made.connections().sweep(config));
            if (certificate != null) {
                started.setPeriodic(CERTIFICATE_MILLIS, timer -> certificate.reload(started, created));
            }
            made.stream().start();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        sayIfOpen();
    }

    private void sayIfOpen() {
        if (gate.open()) {
            LOG.warn("http.tokens is empty: everybody who reaches {}:{} is admin", config.host(), port());
        }
    }

    private static HttpServerOptions options(@Nullable Certificate certificate) {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(MAX_HEADERS)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false);
        if (certificate != null) {
            options.setSsl(true)
                    .setUseAlpn(false)
                    .setSslHandshakeTimeout(10)
                    .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                    .setKeyCertOptions(certificate.options());
            options.setEnabledSecureTransportProtocols(java.util.Set.of("TLSv1.2", "TLSv1.3"));
        }
        return options;
    }

    /**
     * Changes tokens and limits while it serves. Sessions and streams of tokens that are gone end.
     *
     * @throws IllegalArgumentException naming the key that needs a restart; nothing is changed then
     */
    public synchronized void apply(HttpConfig changed) {
        HttpConfig now = config;
        if (!changed.host().equals(now.host())) {
            throw new IllegalArgumentException("http.host: " + changed.host() + " (needs a restart)");
        }
        if (changed.port() != now.port()) {
            throw new IllegalArgumentException("http.port: " + changed.port() + " (needs a restart)");
        }
        if (!Objects.equals(changed.tls(), now.tls())) {
            throw new IllegalArgumentException("http.tls: changed (needs a restart; the files themselves do not)");
        }
        config = changed;
        if (!changed.tokens().equals(now.tokens())) {
            gate.apply(changed.tokens());
            sayIfOpen();
            HttpParts serving = parts;
            Vertx running = vertx;
            if (serving != null && running != null) {
                running.runOnContext(then -> serving.stream().endAll());
            }
        }
    }

    /** The port that is bound, 0 before the start. */
    public synchronized int port() {
        return server == null ? 0 : server.actualPort();
    }

    /** Numbers of what it did. */
    public synchronized HttpStats stats() {
        return parts == null ? HttpStats.NONE : parts.stats();
    }

    /** Live streams that are open now. */
    public int openStreams() {
        return stats().streams();
    }

    /** Events not sent to clients that did not read, since start. */
    public long skippedEvents() {
        return stats().skippedEvents();
    }

    @Override
    public synchronized void close() throws IOException {
        Vertx closing = vertx;
        HttpParts ending = parts;
        server = null;
        vertx = null;
        parts = null;
        if (closing != null) {
            await(closing.close(), CLOSE_SECONDS);
        }
        if (ending != null) {
            ending.close();
        }
    }

    /** What Netty could not read as a request. The rest of such a connection means nothing, so it ends. */
    private static void invalid(HttpServerRequest request, HttpParts parts) {
        Throwable cause = request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = Problem.of(414, "the request line is longer than " + MAX_LINE + " characters");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = Problem.of(431, "the headers are longer than " + MAX_HEADERS + " characters");
        } else if (cause instanceof Versions.NotSpokenException) {
            problem = Problem.of(400, String.valueOf(cause.getMessage()));
        } else {
            problem = Problem.of(400, "the request is malformed");
        }
        parts.dispatcher().replies().count(problem.status());
        Guard.addHeaders(request.response());
        request.response().putHeader("Connection", "close");
        problem.send(request.response());
        request.connection().close();
    }

    private static <T> T await(Future<T> future, long seconds) throws IOException {
        try {
            return future.await(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("nothing happened for " + seconds + " s", e);
        } catch (Exception e) {
            // await throws whatever the future failed with, also what is checked
            if (e instanceof IOException io) {
                throw io;
            }
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }
}
