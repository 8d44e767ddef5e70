package io.kvops.stores.http;

import io.kvops.stores.Deadline;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One place that speaks HTTP. It follows no redirection: what answers must be what was named. For one thread. */
public final class HttpStore {
    private static final int MAX_BYTES = 16 << 20;

    private final HttpClient client;
    private final String root;
    /** What should be there, as errors say it. */
    private final String expected;

    private HttpStore(HttpClient client, String root, String expected) {
        this.client = client;
        this.root = root;
        this.expected = expected;
    }

    /**
     * The host of an address.
     *
     * @param shared used unless the address has a certificate of its own to trust or to show
     */
    public static HttpStore of(StoreAddress address, HttpClient shared, Duration timeout) throws StoreException {
        String root = (address.tls() ? "https://" : "http://") + address.host();
        boolean own = address.options().containsKey("ca") || address.options().containsKey("cert");
        String expected = address.kind().equals("etcd") ? "etcd" : "metrics in Prometheus' text format";
        return new HttpStore(own ? client(address, timeout) : shared, root, expected);
    }

    /** A client for {@link #of}; it has one thread while there are requests. */
    public static HttpClient shared() {
        return builder().build();
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
    }

    private static HttpClient client(StoreAddress address, Duration timeout) throws StoreException {
        try {
            SslContextBuilder tls = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            String ca = address.options().get("ca");
            if (ca != null) {
                tls.trustManager(new File(ca));
            }
            String certificate = address.options().get("cert");
            String key = address.options().get("key");
            if (certificate != null && key != null) {
                tls.keyManager(new File(certificate), new File(key));
            }
            return builder()
                    .sslContext(((JdkSslContext) tls.build()).context())
                    .connectTimeout(timeout)
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new StoreException(
                    Kind.CONFIGURATION, "certificates of " + address + " can't be used: " + e.getMessage(), e);
        }
    }

    /** GET of a path with its slash. */
    public String get(String path, Map<String, String> headers, Deadline deadline) throws StoreException {
        return call(path, headers, null, deadline);
    }

    /** POST of JSON. */
    public String post(String path, Map<String, String> headers, String json, Deadline deadline) throws StoreException {
        return call(path, headers, json, deadline);
    }

    /** POST of JSON whose answer goes on for as long as it is read; the caller closes it. */
    public InputStream stream(String path, Map<String, String> headers, String json, Deadline deadline)
            throws StoreException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json));
        headers.forEach(request::header);
        HttpResponse<InputStream> response =
                await(client.sendAsync(request.build(), BodyHandlers.ofInputStream()), deadline);
        if (response.statusCode() != 200) {
            try {
                response.body().close();
            } catch (IOException e) {
                throw new StoreException(Kind.UNREACHABLE, root + path + " broke off: " + e.getMessage(), e);
            }
            throw answered(path, response, "");
        }
        return response.body();
    }

    private String call(String path, Map<String, String> headers, @Nullable String json, Deadline deadline)
            throws StoreException {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(root + path));
        } catch (IllegalArgumentException e) {
            throw new StoreException(Kind.CONFIGURATION, root + path + " is no address for HTTP", e);
        }
        headers.forEach(request::header);
        if (json != null) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        }
        CompletableFuture<HttpResponse<byte[]>> future =
                client.sendAsync(request.build(), ignored -> new BoundedBody(MAX_BYTES));
        HttpResponse<byte[]> response = await(future, deadline);
        String body = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() != 200) {
            throw answered(path, response, body);
        }
        return body;
    }

    private StoreException answered(String path, HttpResponse<?> response, String body) {
        int status = response.statusCode();
        // so does etcd to a wrong password
        boolean wrongPassword = status == 400 && body.contains("authentication failed");
        if (status == 401 || status == 403 || wrongPassword) {
            return new StoreException(Kind.REFUSED, root + path + " refused (" + status + "); check user and password");
        }
        String server =
                response.headers().firstValue("Server").map(s -> " by " + s).orElse("");
        boolean page = body.stripLeading().startsWith("<");
        String said = body.isBlank() ? "" : page ? ", a page" : ": " + body.substring(0, Math.min(body.length(), 100));
        return new StoreException(
                kind(status),
                root + path + " answered " + status + server + said.stripTrailing() + " (expected " + expected
                        + "); check host, port and path");
    }

    /** What passes by itself (RFC 9110, section 15.6; RFC 6585, section 4), as the election of a leader, may be tried again. */
    private static Kind kind(int status) {
        return switch (status) {
            case 429, 502, 503, 504 -> Kind.UNREACHABLE;
            default -> Kind.NONSENSE;
        };
    }

    private <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> future, Deadline deadline)
            throws StoreException {
        try {
            return future.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw deadline.late();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.UNREACHABLE, "interrupted while waiting for " + root, e);
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private StoreException failed(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        boolean nonsense = cause instanceof BoundedBody.TooLarge
                || cause instanceof java.net.ProtocolException
                || message.contains("Invalid status line")
                || message.contains("protocol");
        if (nonsense) {
            return new StoreException(
                    Kind.NONSENSE,
                    root + " does not answer as it should: " + message + " (expected " + expected
                            + "); check host and port",
                    cause);
        }
        String why;
        if (cause instanceof SSLException) {
            why = " is reached, but not over TLS: " + message + "; check host, port, tls, ca, cert and key";
        } else if (message.contains("received no bytes") || message.contains("Connection reset")) {
            // so does an etcd that ends
            why = " is reached, and ends the connection without an answer (expected " + expected
                    + "); check host and port";
        } else {
            why = " can't be reached: " + cause.getClass().getSimpleName()
                    + (cause.getMessage() == null ? "" : " " + message);
        }
        return new StoreException(Kind.UNREACHABLE, root + why, cause);
    }
}
