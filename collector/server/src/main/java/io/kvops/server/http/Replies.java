package io.kvops.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes answers: entity tags, compression, HEAD; counts them by class of their status. */
final class Replies {
    /** A client that still sends when it is refused should get to read why, before the connection is closed. */
    static final long LINGER_MILLIS = 500;

    private static final int LEAST_TO_COMPRESS = 1_024;
    private final AtomicLongArray byClass = new AtomicLongArray(6);

    /** An answer with its tag, or the word that nothing changed, compressed if that is wanted. Takes CPU: for workers. */
    static Answer finished(Answer answer, Route route, @Nullable String ifNoneMatch, boolean gzip) throws IOException {
        if (answer.status() != 200 || route.changes() || answer.body().length() == 0) {
            return answer;
        }
        byte[] body = answer.body().getBytes();
        String given = answer.headers().get("ETag");
        String tag = given == null ? "\"" + sum(body) + "\"" : given;
        Answer tagged = answer.headers().containsKey("Content-Disposition") ? answer : answer.with("ETag", tag);
        if (matches(ifNoneMatch, tag)) {
            return new Answer(304, "", Buffer.buffer(), tagged.headers());
        }
        if (!gzip || body.length < LEAST_TO_COMPRESS) {
            return tagged.with("Vary", "Accept, Accept-Encoding");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream compressing = new GZIPOutputStream(out, 8_192)) {
            compressing.write(body);
        }
        return new Answer(200, answer.contentType(), Buffer.buffer(out.toByteArray()), tagged.headers())
                // the bytes differ, so a strong tag has to
                .with("ETag", "W/" + tag)
                .with("Content-Encoding", "gzip")
                .with("Vary", "Accept, Accept-Encoding");
    }

    /** Weak comparison (RFC 9110, 8.8.3.2). */
    static boolean matches(@Nullable String header, String tag) {
        if (header == null) {
            return false;
        }
        for (String part : header.split(",", 20)) {
            String one = part.strip();
            if (one.equals("*") || (one.startsWith("W/") ? one.substring(2) : one).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    static boolean takesGzip(@Nullable String acceptEncoding) {
        return acceptEncoding != null && Accept.quality(acceptEncoding, "gzip") > 0;
    }

    void send(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        count(answer.status());
        response.setStatusCode(answer.status());
        if (!answer.headers().containsKey("Cache-Control")) {
            response.putHeader("Cache-Control", answer.headers().containsKey("ETag") ? "no-cache" : "no-store");
        }
        answer.headers().forEach(response::putHeader);
        if (answer.status() == 204 || answer.status() == 304) {
            response.end();
            return;
        }
        response.putHeader("Content-Type", answer.contentType());
        // for HEAD the length is told and the body left out
        response.end(answer.body());
    }

    void count(int status) {
        byClass.incrementAndGet(Math.min(Math.max(status / 100, 0), 5));
    }

    /** Answers whose status began with this digit, 1 to 5, since the start. */
    long answered(int digit) {
        return byClass.get(digit);
    }

    private static String sum(byte[] body) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(sum, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
