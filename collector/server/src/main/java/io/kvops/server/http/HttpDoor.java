package io.kvops.server.http;

import io.kvops.server.report.ReportHtml;
import io.kvops.server.report.ReportJson;
import io.kvops.server.report.ReportMarkdown;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the collector over HTTP on a loopback address. {@link #start} binds; {@link #close} may be called more than once,
 * by any thread.
 */
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final int MAX_COMPUTING = 4;
    /** Reports that are computed or wait for it; one more is turned away. */
    private static final int MAX_REPORTS = 16;

    private static final int MAX_METRICS = 16;
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 16 * 1024;
    private static final long BIND_SECONDS = 20;
    private static final long CLOSE_SECONDS = 5;

    private final HttpConfig config;
    private final CollectorView view;
    private final Clock clock;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger reports = new AtomicInteger();
    private final AtomicInteger scrapes = new AtomicInteger();
    private @Nullable Vertx vertx;
    private @Nullable HttpServer server;
    private @Nullable LiveStream stream;

    public HttpDoor(HttpConfig config, CollectorView view, Clock clock) {
        this.config = config;
        this.view = view;
        this.clock = clock;
    }

    /**
     * Binds and serves.
     *
     * @throws IOException if the port can't be bound; a {@link java.net.BindException} if it is taken
     */
    public synchronized void start() throws IOException {
        if (vertx != null) {
            throw new IllegalStateException("already started");
        }
        Vertx started = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(MAX_COMPUTING)
                        .setInternalBlockingPoolSize(2)
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .build();
        vertx = started;
        LiveStream live = new LiveStream(started, view, config.maxStreams());
        stream = live;
        HttpServer created = started.createHttpServer(new HttpServerOptions()
                        .setIdleTimeout(120)
                        .setMaxInitialLineLength(MAX_LINE)
                        .setMaxHeaderSize(MAX_HEADERS)
                        .setHttp2ClearTextEnabled(false)
                        .setCompressionSupported(false))
                .connectionHandler(connection -> {
                    if (connections.incrementAndGet() > config.maxConnections()) {
                        connection.close();
                    }
                    connection.closeHandler(closed -> connections.decrementAndGet());
                })
                .invalidRequestHandler(HttpDoor::invalid)
                .exceptionHandler(failure -> LOG.debug("connection failed", failure))
                .requestHandler(router(started, live));
        try {
            server = await(created.listen(config.port(), config.host()), BIND_SECONDS);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        live.start();
    }

    /** The port that is bound, 0 before the start. */
    public synchronized int port() {
        return server == null ? 0 : server.actualPort();
    }

    /** Live streams that are open now. */
    public synchronized int openStreams() {
        return stream == null ? 0 : stream.open();
    }

    /** Events not sent to clients that did not read, since start. */
    public synchronized long skippedEvents() {
        return stream == null ? 0 : stream.skipped();
    }

    @Override
    public synchronized void close() throws IOException {
        Vertx closing = vertx;
        server = null;
        vertx = null;
        if (closing != null) {
            await(closing.close(), CLOSE_SECONDS);
        }
    }

    private Router router(Vertx vertx, LiveStream live) {
        Router router = Router.router(vertx);
        router.route().handler(new Guard());
        get(router, "/healthz").handler(context -> text(context, 200, "alive\n"));
        get(router, "/readyz").handler(context -> {
            if (view.ready()) {
                text(context, 200, "ready\n");
            } else {
                text(context, 503, "processing what the journal held at start\n");
            }
        });
        get(router, "/metrics")
                .handler(context -> admit(
                        context,
                        scrapes,
                        MAX_METRICS,
                        () -> context.vertx().executeBlocking(this::metrics, false),
                        PrometheusTextFormatWriter.CONTENT_TYPE));
        get(router, "/openapi.json").handler(HttpDoor::openApi);
        // of their own, so that metrics and the live page do not wait behind reports
        WorkerExecutor workers = vertx.createSharedWorkerExecutor("kvops-report", MAX_COMPUTING);
        get(router, "/api/v1/report").handler(context -> report(context, workers));
        get(router, "/api/v1/stream").handler(live);
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).handler(new StaticFiles());
        router.errorHandler(400, context -> new Problem(400, "the request is malformed").send(context.response()));
        router.errorHandler(
                404,
                context -> new Problem(404, "nothing at " + context.request().path() + "; see /openapi.json")
                        .send(context.response()));
        router.errorHandler(
                405,
                context -> new Problem(405, context.request().method() + " is not taken here, only GET and HEAD")
                        .send(context.response()));
        router.errorHandler(500, context -> {
            LOG.error(
                    "{} {} failed",
                    context.request().method(),
                    context.request().path(),
                    context.failure());
            new Problem(500, "the collector failed; its log says more").send(context.response());
        });
        return router;
    }

    /** What Netty could not read as a request. The rest of such a connection means nothing, so it ends. */
    private static void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = new Problem(414, "the request line is longer than " + MAX_LINE + " characters");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = new Problem(431, "the headers are longer than " + MAX_HEADERS + " characters");
        } else {
            problem = new Problem(400, "the request is malformed");
        }
        request.response().putHeader("Connection", "close");
        problem.send(request.response());
        request.connection().close();
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private void report(RoutingContext context, WorkerExecutor workers) {
        ReportQuery query;
        try {
            Instant now = clock.instant();
            query = ReportQuery.of(context.queryParams(), context.request().getHeader("Accept"), now);
        } catch (BadRequest e) {
            e.problem().send(context.response());
            return;
        }
        context.response().putHeader("Vary", "Accept");
        if (query.form() == ReportQuery.Form.HTML) {
            // the report is one file with its own style and charts inside; it loads nothing
            context.response()
                    .putHeader(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:;"
                                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        }
        Callable<Buffer> computation = () -> switch (query.form()) {
            case JSON -> Buffer.buffer(ReportJson.render(view.report(query.from(), query.to())));
            case HTML -> Buffer.buffer(ReportHtml.render(view.report(query.from(), query.to())));
            case MD -> Buffer.buffer(ReportMarkdown.render(view.report(query.from(), query.to())));
        };
        admit(
                context,
                reports,
                MAX_REPORTS,
                () -> workers.executeBlocking(computation, false),
                query.form().contentType);
    }

    private Buffer metrics() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, view.metrics());
        return Buffer.buffer(out.toByteArray());
    }

    /** Answers with what a worker computes. More than so many at once are turned away, so that nothing piles up. */
    private static void admit(
            RoutingContext context,
            AtomicInteger inside,
            int most,
            Supplier<Future<Buffer>> computation,
            String contentType) {
        if (inside.incrementAndGet() > most) {
            inside.decrementAndGet();
            new Problem(429, most + " such requests are being computed already; try again").send(context.response());
            return;
        }
        computation.get().onComplete(made -> {
            inside.decrementAndGet();
            if (made.failed()) {
                context.fail(500, made.cause());
            } else if (!context.response().closed()) {
                context.response()
                        .putHeader("Content-Type", contentType)
                        .putHeader("Cache-Control", "no-store")
                        .end(made.result());
            }
        });
    }

    private static void openApi(RoutingContext context) {
        try (InputStream in = HttpDoor.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                context.fail(404);
                return;
            }
            context.response().putHeader("Content-Type", "application/json").end(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            context.fail(500, e);
        }
    }

    private static void text(RoutingContext context, int status, String body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(body);
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
