package io.kvops.rules;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Posts JSON. The address may be a secret by itself, so messages name its host alone. */
final class HttpSender {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 200;

    private final String url;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    HttpSender(NotifierSettings settings) {
        url = settings.text("url");
        if (!SecretText.isPlace(url)) {
            uri(url);
        }
    }

    private static URI uri(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "url: not an address (expected http://HOST/PATH, file:PATH or env:NAME)", e);
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "url: not an address (expected http://HOST/PATH without a password, file:PATH or env:NAME)");
        }
        return uri;
    }

    void post(String path, String body, Map<String, String> headers) throws IOException, InterruptedException {
        String base = SecretText.isPlace(url) ? SecretText.of("url", url).resolve() : url;
        URI to;
        try {
            to = uri(path.isEmpty() ? base : base.replaceAll("/+$", "") + path);
        } catch (IllegalArgumentException e) {
            throw new Notifier.Refused(SecretText.isPlace(url) ? url + " holds no address" : "" + e.getMessage());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        HttpResponse<InputStream> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new IOException(
                    to.getHost() + " did not take it (" + e.getClass().getSimpleName() + ")", e);
        }
        String said;
        try (InputStream in = answer.body()) {
            said = new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8).strip();
        }
        int status = answer.statusCode();
        if (status / 100 != 2) {
            // an answer may repeat what was sent: only of a plain address
            String why = to.getHost() + " answered " + status
                    + (SecretText.isPlace(url) || !headers.isEmpty() || said.isEmpty() ? "" : ": " + said);
            if (status / 100 == 4 && status != 408 && status != 429) {
                throw new Notifier.Refused(why);
            }
            throw new IOException(why);
        }
    }
}
