package io.kvops.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.server.testing.TestView;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes while the door is open: certificates, tokens and limits; and what can't. */
class HttpsTest {
    private static final char[] PASSWORD = "only-for-tests".toCharArray();
    private static final AccessToken ANN = new AccessToken("ann", "ann-0123456789abcdef", Role.ADMIN);
    private static final AccessToken BOB = new AccessToken("bob", "bob-0123456789abcdef", Role.ADMIN);

    private final TestView view = new TestView();

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        view.close();
    }

    @Test
    @DisplayName("HTTPS with a PEM certificate; another one in its place is used for the next connections")
    void certificate_isServed_andReadAgain() throws Exception {
        HttpTls tls = new HttpTls(folder.resolve("door.crt"), folder.resolve("door.key"));
        Certificate first = certificate(tls, "first");
        try (HttpDoor door = open(HttpConfig.builder().tls(tls).tokens(List.of(ANN)))) {
            HttpResponse<String> response = get(client(first), uri("https", door, "/api/v1/health"), ANN);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.sslSession().orElseThrow().getPeerCertificates()[0])
                    .isEqualTo(first);
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), uri("http", door, "/api/v1/health"), ANN))
                    .isInstanceOf(IOException.class);

            Certificate second = certificate(tls, "second");
            await("the second certificate")
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        HttpResponse<String> later = get(client(second), uri("https", door, "/api/v1/health"), ANN);
                        assertThat(later.sslSession().orElseThrow().getPeerCertificates()[0])
                                .isEqualTo(second);
                    });
            assertThatThrownBy(() -> door.apply(
                            HttpConfig.builder().port(0).tokens(List.of(ANN)).build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("http.tls")
                    .hasMessageContaining("needs a restart");
        }
    }

    @Test
    void certificatesThatCantBeUsed_areNamed() throws Exception {
        HttpTls tls = new HttpTls(folder.resolve("none.crt"), folder.resolve("none.key"));
        HttpDoor door = new HttpDoor(HttpConfig.builder().port(0).tls(tls).build(), view, Clock.systemUTC());
        assertThatThrownBy(door::start).isInstanceOf(IOException.class).hasMessageContaining("none.crt");
        door.close();
    }

    @Test
    void tokensAndLimits_changeWhileItServes_andNothingElseDoes() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try (HttpDoor door = open(HttpConfig.builder().tokens(List.of(ANN)))) {
            URI health = uri("http", door, "/api/v1/health");
            HttpRequest stream = HttpRequest.newBuilder(uri("http", door, "/api/v1/stream"))
                    .header("Authorization", "Bearer " + ANN.secret())
                    .build();
            try (InputStream events = client.send(stream, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                assertThat(events.read()).as("something comes").isNotNegative();
                assertThat(door.openStreams()).isEqualTo(1);
                door.apply(HttpConfig.builder()
                        .port(0)
                        .tokens(List.of(BOB))
                        .maxBodyBytes(1_024)
                        .build());
                await("streams of tokens that are gone end").until(() -> door.openStreams() == 0);
            }
            assertThat(get(client, health, ANN).statusCode()).isEqualTo(401);
            assertThat(get(client, health, BOB).statusCode()).isEqualTo(200);
            HttpRequest large = HttpRequest.newBuilder(uri("http", door, "/api/v1/config/validate"))
                    .header("Authorization", "Bearer " + BOB.secret())
                    .header("Content-Type", "application/yaml")
                    .POST(HttpRequest.BodyPublishers.ofString("a: 1 # " + "x".repeat(2_000)))
                    .build();
            assertThat(client.send(large, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(413);

            HttpConfig.Builder elsewhere = HttpConfig.builder().port(1).tokens(List.of(ANN));
            assertThatThrownBy(() -> door.apply(elsewhere.build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("http.port: 1 (needs a restart)");
            assertThatThrownBy(
                            () -> door.apply(elsewhere.port(0).host("127.0.0.2").build()))
                    .hasMessageContaining("http.host: 127.0.0.2 (needs a restart)");
            assertThat(get(client, health, BOB).statusCode()).isEqualTo(200);
        }
    }

    private HttpDoor open(HttpConfig.Builder config) throws IOException {
        HttpDoor door = new HttpDoor(config.port(0).build(), view, Clock.systemUTC());
        door.start();
        return door;
    }

    private static URI uri(String scheme, HttpDoor door, String path) {
        return URI.create(scheme + "://127.0.0.1:" + door.port() + path);
    }

    private static HttpResponse<String> get(HttpClient client, URI uri, AccessToken token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token.secret())
                .timeout(Duration.ofSeconds(10))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpClient client(Certificate trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("door", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build();
    }

    /** Makes a self-signed certificate with the JDK's own tool, and writes it and its key as PEM. */
    private Certificate certificate(HttpTls tls, String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "door",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Certificate certificate = keys.getCertificate("door");
        Files.writeString(
                tls.key(), pem("PRIVATE KEY", keys.getKey("door", PASSWORD).getEncoded()));
        Files.writeString(tls.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
        return certificate;
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
