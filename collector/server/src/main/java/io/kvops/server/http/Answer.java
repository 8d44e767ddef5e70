package io.kvops.server.http;

import io.kvops.server.report.ReportJson;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes back to who asked.
 *
 * @param status HTTP status
 * @param contentType empty: there is no body
 * @param headers in addition to those that every answer has
 */
record Answer(int status, String contentType, Buffer body, Map<String, String> headers) {
    static final String JSON = "application/json";

    static Answer json(Record document) {
        return of(JSON, Buffer.buffer(ReportJson.line(document)));
    }

    static Answer text(String contentType, String body) {
        return of(contentType, Buffer.buffer(body.getBytes(StandardCharsets.UTF_8)));
    }

    static Answer of(String contentType, Buffer body) {
        return new Answer(200, contentType, body, Map.of());
    }

    /** Done, and there is nothing to say. */
    static Answer done() {
        return new Answer(204, "", Buffer.buffer(), Map.of());
    }

    Answer status(int other) {
        return new Answer(other, contentType, body, headers);
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, body, more);
    }
}
