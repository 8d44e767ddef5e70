package io.kvops.server.http;

import io.kvops.server.report.ReportJson;
import io.kvops.server.tasks.TaskNews;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events: once a second the same snapshot to every client, made once, and in between news of tasks. A client that does not read is skipped
 * while {@link #MAX_WAITING_EVENTS} events wait for it, and let go after {@link #PATIENCE_SECONDS}; EventSource comes back
 * by itself. All state belongs to one event loop.
 */
final class LiveStream {
    static final String PATH = "/api/v1/stream";

    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final int PATIENCE_SECONDS = 10;
    private static final int MAX_WAITING_EVENTS = 3;
    private static final long NEWS_MILLIS = 250;

    private final Vertx vertx;
    private final CollectorView view;
    private final IntSupplier maxStreams;
    private final Map<HttpServerResponse, Client> clients = new LinkedHashMap<>();
    private long id;
    private boolean making;
    private boolean failedBefore;
    private @Nullable Buffer latest;
    private final TaskFeed tasks = new TaskFeed();
    private final AtomicLong skipped = new AtomicLong();
    private volatile int open;

    private static final class Client {
        int waitingEvents;
        int secondsBehind;
    }

    LiveStream(Vertx vertx, CollectorView view, IntSupplier maxStreams) {
        this.vertx = vertx;
        this.view = view;
        this.maxStreams = maxStreams;
    }

    void start() {
        vertx.setPeriodic(1000, timer -> makeNext());
        vertx.setPeriodic(NEWS_MILLIS, timer -> sendNews());
    }

    /** Sends it to all clients soon. Any thread. */
    void tell(TaskNews news) {
        tasks.add(news);
    }

    private void sendNews() {
        String events = tasks.take();
        if (!events.isEmpty()) {
            send(Buffer.buffer(events), false);
        }
    }

    /** Clients that listen now. */
    int open() {
        return open;
    }

    /** Events that were not sent because a client did not read, since start. */
    long skipped() {
        return skipped.get() + tasks.dropped();
    }

    void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        int most = maxStreams.getAsInt();
        if (clients.size() >= most) {
            Problem.of(429, most + " live streams are open already").send(response);
            return;
        }
        response.setChunked(true);
        clients.put(response, new Client());
        open = clients.size();
        response.endHandler(end -> forget(response));
        response.closeHandler(close -> forget(response));
        response.exceptionHandler(failure -> forget(response));
        Buffer hello = Buffer.buffer("retry: 2000\n: kvops live stream, one event a second\n\n");
        response.write(latest == null ? hello : hello.appendBuffer(latest));
    }

    /** Ends all: who may still see comes again by itself. */
    void endAll() {
        for (HttpServerResponse response : List.copyOf(clients.keySet())) {
            forget(response);
            response.reset();
        }
    }

    private void forget(HttpServerResponse response) {
        clients.remove(response);
        open = clients.size();
        if (clients.isEmpty()) {
            // nothing is made while nobody listens: the next one should not begin with what is old
            latest = null;
        }
    }

    private void makeNext() {
        if (making || clients.isEmpty()) {
            return;
        }
        making = true;
        Callable<String> snapshot = () -> ReportJson.line(view.live());
        vertx.executeBlocking(snapshot, false).onComplete(made -> {
            making = false;
            if (made.succeeded()) {
                failedBefore = false;
                id++;
                Buffer event = Buffer.buffer("id: " + id + "\nevent: live\ndata: " + made.result() + "\n\n");
                latest = event;
                send(event, true);
            } else {
                if (!failedBefore) {
                    LOG.warn("no live snapshot, sending heartbeats: {}", String.valueOf(made.cause()));
                }
                failedBefore = true;
                send(Buffer.buffer(": heartbeat\n\n"), true);
            }
        });
    }

    /** @param second whether it is the one of a second: only these measure patience, for news come as they like */
    private void send(Buffer event, boolean second) {
        // a copy, for ending a response changes the map
        for (Map.Entry<HttpServerResponse, Client> entry : Map.copyOf(clients).entrySet()) {
            HttpServerResponse response = entry.getKey();
            Client client = entry.getValue();
            // counted here, for the queue of a Vert.x response is bounded by a number of messages that it does not tell
            if (client.waitingEvents < MAX_WAITING_EVENTS) {
                client.secondsBehind = 0;
                client.waitingEvents++;
                response.write(event).onComplete(written -> client.waitingEvents--);
            } else {
                skipped.incrementAndGet();
                if (second && ++client.secondsBehind >= PATIENCE_SECONDS) {
                    forget(response);
                    response.reset();
                }
            }
        }
    }
}
