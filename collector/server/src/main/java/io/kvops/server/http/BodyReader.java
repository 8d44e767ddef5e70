package io.kvops.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** Reads the body of a request into memory, up to a bound of size and of time. */
final class BodyReader {
    private BodyReader() {}

    /** True if something follows the headers. */
    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null || (length != null && !length.equals("0"));
    }

    static Future<Body> read(Vertx vertx, HttpServerRequest request, int most, Duration limit) {
        String length = request.getHeader("Content-Length");
        if (length != null && (length.length() > 10 || Long.parseLong(length) > most)) {
            return Future.failedFuture(tooLarge(most));
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        Promise<Body> promise = Promise.promise();
        Buffer body = Buffer.buffer();
        long timer = vertx.setTimer(
                limit.toMillis(),
                fired -> promise.tryFail(
                        new BadRequest(408, "the body was not whole after " + limit.toSeconds() + " s")));
        request.handler(chunk -> {
            if (body.length() + chunk.length() > most) {
                promise.tryFail(tooLarge(most));
            } else if (!promise.future().isComplete()) {
                body.appendBuffer(chunk);
            }
        });
        request.exceptionHandler(failure -> promise.tryFail(new BadRequest(400, "the body ended before it was whole")));
        request.endHandler(end -> promise.tryComplete(new Body(body)));
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private static BadRequest tooLarge(int most) {
        return new BadRequest(413, "the body is larger than " + most + " bytes");
    }
}
