package io.kvops.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer that says what is wrong with a request (RFC 9457, application/problem+json).
 *
 * @param errors single things that are wrong, where there are many; empty: the detail says it all
 * @param headers that go with it
 */
record Problem(int status, String detail, List<String> errors, Map<String, String> headers) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_DETAIL = 400;
    private static final int MOST_ERRORS = 100;

    static Problem of(int status, String detail) {
        Map<String, String> headers = switch (status) {
            case 401 -> Map.of("WWW-Authenticate", "Bearer realm=\"kvops\"");
            case 429, 503 -> Map.of("Retry-After", "2");
            default -> Map.of();
        };
        return new Problem(status, detail, List.of(), headers);
    }

    Problem with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Problem(status, detail, errors, all);
    }

    Problem with(List<String> allErrors) {
        return new Problem(status, detail, allErrors, headers);
    }

    void send(HttpServerResponse response) {
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", "application/problem+json");
        response.putHeader("Cache-Control", "no-store");
        headers.forEach(response::putHeader);
        response.end(json());
    }

    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "about:blank");
        fields.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        fields.put("status", status);
        fields.put("detail", detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) + "..." : detail);
        if (!errors.isEmpty()) {
            fields.put("errors", errors.subList(0, Math.min(errors.size(), MOST_ERRORS)));
        }
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and a number did not become JSON", e);
        }
    }
}
