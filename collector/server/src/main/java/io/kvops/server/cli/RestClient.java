package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.config.Reason;
import io.kvops.server.report.ReportJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Speaks with a running collector over its REST. Every failure is one line that says what to do. */
final class RestClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final String USUAL_URL = "http://127.0.0.1:7180";

    private final String base;
    private final @Nullable String token;
    private final HttpClient http;

    /** Nobody answers: it may come again. */
    static final class Away extends Failure {
        private static final long serialVersionUID = 1L;

        Away(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * What came back.
     *
     * @param type its Content-Type; empty if there is none
     * @param truncated whether its headers say that it is cut at a limit
     */
    record Answer(int status, String type, String text, boolean truncated) {
        JsonNode json() throws Failure {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new Failure("the collector answered something that is not JSON; is it another program?", e);
            }
        }

        <T extends Record> T read(Class<T> type) throws Failure {
            try {
                return ReportJson.read(text, type);
            } catch (IllegalArgumentException e) {
                throw new Failure(
                        "the collector answered something unexpected; is it of another version? " + e.getMessage(), e);
            }
        }
    }

    /**
     * @param base address of the collector
     * @param token sent with each request; null: none
     * @param authorities PEM file of certificates to trust; null: those that Java trusts
     */
    RestClient(String base, @Nullable String token, @Nullable Path authorities) throws Failure {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.token = token;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
        if (authorities != null) {
            builder.sslContext(trusting(authorities));
        }
        http = builder.build();
    }

    String base() {
        return base;
    }

    Answer get(String path) throws Failure, InterruptedException {
        return send("GET", path, "", "", "*/*", ANSWER);
    }

    /** Sends a body; an empty type sends none. */
    Answer send(String method, String path, String type, String body) throws Failure, InterruptedException {
        return send(method, path, type, body, "*/*", ANSWER);
    }

    Answer send(String method, String path, String type, String body, String accept, Duration timeout)
            throws Failure, InterruptedException {
        HttpRequest.Builder request = request(path).timeout(timeout).header("Accept", accept);
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        request.method(
                method,
                type.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return checked(exchange(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
    }

    /** Posts JSON and writes what comes back straight into a file. @return whether it is cut at a limit */
    boolean download(String path, String body, String accept, Path file, Duration timeout)
            throws Failure, InterruptedException {
        HttpRequest request = request(path)
                .timeout(timeout)
                .header("Accept", accept)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<InputStream> response = exchange(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            if (response.statusCode() / 100 != 2) {
                throw refusal(response.statusCode(), new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8));
            }
            Outputs.write(file, in);
            return truncated(response);
        } catch (IOException e) {
            throw new Failure("what the collector sent can't be written to " + file + ": " + Reason.of(e), e);
        }
    }

    /** The lines of a stream that goes on until the collector ends it or the caller closes it. */
    Stream<String> lines(String path) throws Failure, InterruptedException {
        HttpResponse<Stream<String>> response = exchange(
                request(path).header("Accept", "text/event-stream").build(), HttpResponse.BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            try (Stream<String> lines = response.body()) {
                throw refusal(
                        response.statusCode(),
                        String.join("\n", lines.limit(100).toList()));
            }
        }
        return response.body();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) throws Failure {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
            return token == null ? request : request.header("Authorization", "Bearer " + token);
        } catch (IllegalArgumentException e) {
            throw new Failure("not an address of a collector: " + base + " (expected such as " + USUAL_URL + ")", e);
        }
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws Failure, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (ConnectException e) {
            throw new Away("no collector answers at " + base + "; start one with: kvops collector", e);
        } catch (HttpTimeoutException e) {
            throw new Away("the collector at " + base + " did not answer in time", e);
        } catch (SSLHandshakeException e) {
            throw new Failure(
                    "the certificate of " + base + " is not trusted (" + e.getMessage()
                            + "); name its authority with --ca FILE",
                    e);
        } catch (IOException e) {
            throw new Away("the collector at " + base + " did not answer: " + e, e);
        }
    }

    private Answer checked(HttpResponse<String> response) throws Failure {
        if (response.statusCode() / 100 != 2) {
            throw refusal(response.statusCode(), response.body());
        }
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body(),
                truncated(response));
    }

    private static boolean truncated(HttpResponse<?> response) {
        return response.headers()
                .firstValue("X-Kvops-Truncated")
                .filter("true"::equals)
                .isPresent();
    }

    private Failure refusal(int status, String body) {
        List<String> said = new ArrayList<>();
        try {
            JsonNode problem = JSON.readTree(body);
            said.add(problem.path("detail").asText("no detail"));
            problem.path("errors").forEach(error -> said.add(error.asText()));
        } catch (IOException e) {
            said.add("no detail");
        }
        String advice = status == 401 ? "; give one with --token file:PATH, or in the variable KVOPS_TOKEN" : "";
        return new Failure(
                "the collector at " + base + " answered " + status + ": " + String.join("; ", said) + advice);
    }

    private static SSLContext trusting(Path authorities) throws Failure {
        try (InputStream in = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw new Failure("--ca " + authorities + " holds no certificate (expected a PEM file)");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new Failure("--ca " + authorities + " can't be used (expected a PEM file): " + Reason.of(e), e);
        }
    }
}
