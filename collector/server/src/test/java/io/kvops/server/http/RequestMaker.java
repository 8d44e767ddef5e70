package io.kvops.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Puts requests together at random: mostly nearly right, for what is all wrong is refused by the first check. */
final class RequestMaker {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "PROPFIND", "");
    private static final List<String> VALUES = List.of(
            "1",
            "-1",
            "0",
            "1h",
            "1e309",
            "json",
            "html",
            "audit",
            "2026-01-01T00:00:00Z",
            "%00",
            "%ff",
            "%zz",
            "<b>",
            "9999999999999999999",
            "\u00e9",
            "store,op",
            "redis",
            "null",
            "*",
            "MTIz",
            "'",
            "a".repeat(2_100));
    private static final List<String> NAMES = List.of(
            "last", "from", "to", "limit", "cursor", "format", "kind", "name", "subject", "step", "by", "where",
            "store");
    private static final List<String> HEADERS = List.of(
            "Accept: application/json",
            "Accept: text/html;q=x, */*",
            "Accept: image/png",
            "Accept-Encoding: gzip",
            "If-None-Match: *",
            "If-Match: \"v1\"",
            "If-Match: nonsense",
            "Content-Type: application/json",
            "Content-Type: application/yaml",
            "Content-Type: text/plain; charset=\"",
            "Expect: 100-continue",
            "Expect: what",
            "Origin: null",
            "Origin: http://localhost",
            "Cookie: kvops=1; =; ;;",
            "Connection: upgrade",
            "Upgrade: h2c",
            "Upgrade: websocket",
            "Transfer-Encoding: gzip",
            "Content-Encoding: gzip",
            "Range: bytes=0-1");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "{\"sql\":\"select 1\"}",
            "{\"token\":1}",
            "[1]",
            "a: [",
            "\u0000",
            "{\"a\":{\"b\":null}}",
            "[".repeat(3_000));

    private final Random random;
    private final List<Route> routes;
    private final List<String> tokens;

    RequestMaker(Random random, List<Route> routes, List<String> tokens) {
        this.random = random;
        this.routes = routes;
        this.tokens = tokens;
    }

    byte[] next() {
        Route route = pick(routes);
        StringBuilder head = new StringBuilder();
        head.append(random.nextInt(3) == 0 ? pick(METHODS) : route.method()).append(' ');
        head.append(route.path().replace("{version}", pick(VALUES)));
        for (int i = random.nextInt(4); i > 0; i--) {
            head.append(head.indexOf("?") < 0 ? '?' : '&')
                    .append(pick(route.params().isEmpty() || random.nextInt(4) == 0 ? NAMES : route.params()));
            head.append('=').append(pick(VALUES));
        }
        head.append(random.nextInt(20) == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        head.append(random.nextInt(20) == 0 ? "" : "Host: localhost\r\n");
        if (random.nextInt(8) != 0) {
            head.append("Authorization: Bearer ").append(pick(tokens)).append("\r\n");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            head.append(pick(HEADERS)).append("\r\n");
        }
        byte[] body = pick(BODIES).getBytes(StandardCharsets.UTF_8);
        if (body.length > 0 || random.nextBoolean()) {
            if (random.nextInt(10) != 0 && !route.takes().isEmpty()) {
                head.append("Content-Type: ").append(pick(route.takes())).append("\r\n");
            }
            head.append("Content-Length: ")
                    .append(random.nextInt(10) == 0 ? pick(VALUES) : body.length)
                    .append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        byte[] request = bytes.toByteArray();
        if (random.nextInt(5) == 0) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
