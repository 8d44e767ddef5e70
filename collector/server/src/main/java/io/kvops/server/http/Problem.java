package io.kvops.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that says what is wrong with a request (RFC 9457, application/problem+json). */
record Problem(int status, String detail) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_DETAIL = 400;

    void send(HttpServerResponse response) {
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", "application/problem+json");
        response.putHeader("Cache-Control", "no-store");
        if (status == 405) {
            response.putHeader("Allow", "GET, HEAD");
        }
        if (status == 429) {
            response.putHeader("Retry-After", "1");
        }
        response.end(json());
    }

    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "about:blank");
        fields.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        fields.put("status", status);
        fields.put("detail", detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) + "..." : detail);
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and a number did not become JSON", e);
        }
    }
}
