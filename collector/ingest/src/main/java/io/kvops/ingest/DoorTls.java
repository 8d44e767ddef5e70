package io.kvops.ingest;

import io.kvops.ingest.IngestException.Kind;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Certificates and key at the door, checked when they are read. */
final class DoorTls {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final byte[] PROBE = "kvops".getBytes(StandardCharsets.US_ASCII);

    private final TlsConfig config;
    private final String stamp;
    private final SslContext context;

    private DoorTls(TlsConfig config, String stamp, SslContext context) {
        this.config = config;
        this.stamp = stamp;
        this.context = context;
    }

    /**
     * Reads the files.
     *
     * @throws IngestException ({@link Kind#TLS}) if one is missing, cannot be read, has expired, or does not fit the others
     */
    static DoorTls load(TlsConfig config, Clock clock) throws IngestException {
        String stamp = stamp(config);
        List<X509Certificate> chain = certificates("tls.certificate", config.certificate());
        checkValidity(config.certificate(), chain.get(0), clock);
        PrivateKey key = key(config.key());
        checkPair(config, chain.get(0), key);
        SslContextBuilder builder = SslContextBuilder.forServer(key, chain)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2");
        Path clientCa = config.clientCa();
        if (clientCa != null) {
            builder.trustManager(certificates("tls.clientCa", clientCa)).clientAuth(ClientAuth.REQUIRE);
        }
        try {
            return new DoorTls(config, stamp, builder.build());
        } catch (IOException | IllegalArgumentException e) {
            throw problem("tls", config.certificate(), "cannot be used: " + e.getMessage(), e);
        }
    }

    SslContext context() {
        return context;
    }

    /** Whether these are other files than they were, by name, time or size. */
    boolean isStale(TlsConfig now) {
        return !now.equals(config) || !stamp(now).equals(stamp);
    }

    /** As it is, for files that cannot be used as they are now: they are looked at again once they change. */
    DoorTls failedAt(TlsConfig now) {
        return new DoorTls(now, stamp(now), context);
    }

    private static String stamp(TlsConfig config) {
        StringBuilder stamp = new StringBuilder();
        for (Path file : files(config)) {
            try {
                stamp.append(Files.getLastModifiedTime(file)).append(' ').append(Files.size(file));
            } catch (IOException e) {
                stamp.append("none");
            }
            stamp.append('\n');
        }
        return stamp.toString();
    }

    private static List<Path> files(TlsConfig config) {
        List<Path> files = new ArrayList<>(List.of(config.certificate(), config.key()));
        Path clientCa = config.clientCa();
        if (clientCa != null) {
            files.add(clientCa);
        }
        return files;
    }

    private static List<X509Certificate> certificates(String name, Path file) throws IngestException {
        byte[] bytes = bytes(name, file);
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .forEach(certificate -> certificates.add((X509Certificate) certificate));
        } catch (GeneralSecurityException e) {
            throw problem(name, file, "is not PEM certificates (" + e.getMessage() + "); give BEGIN CERTIFICATE", e);
        }
        if (certificates.isEmpty()) {
            throw problem(name, file, "holds no certificate; give PEM, BEGIN CERTIFICATE", null);
        }
        return certificates;
    }

    private static void checkValidity(Path file, X509Certificate certificate, Clock clock) throws IngestException {
        try {
            certificate.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException e) {
            String end = certificate.getNotAfter().toInstant().toString();
            throw problem("tls.certificate", file, "expired on " + end + "; renew it", e);
        } catch (CertificateNotYetValidException e) {
            String begin = certificate.getNotBefore().toInstant().toString();
            throw problem("tls.certificate", file, "is not valid before " + begin + "; check it, and the clock", e);
        }
    }

    private static PrivateKey key(Path file) throws IngestException {
        String text = new String(bytes("tls.key", file), StandardCharsets.US_ASCII);
        Matcher pem = KEY.matcher(text);
        if (!pem.find()) {
            throw problem(
                    "tls.key",
                    file,
                    text.contains("PRIVATE KEY-----")
                            ? "is not plain PKCS#8; convert it: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW"
                            : "holds no private key; give PEM, BEGIN PRIVATE KEY",
                    null);
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(pem.group(1));
        } catch (IllegalArgumentException e) {
            throw problem("tls.key", file, "is damaged: " + e.getMessage(), e);
        }
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // of another algorithm
            }
        }
        throw problem("tls.key", file, "is damaged, or neither RSA, EC nor EdDSA", null);
    }

    private static void checkPair(TlsConfig config, X509Certificate certificate, PrivateKey key)
            throws IngestException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        boolean fits;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            fits = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            fits = false;
        }
        if (!fits) {
            throw problem("tls.key", config.key(), "is not the key of " + config.certificate(), null);
        }
    }

    private static byte[] bytes(String name, Path file) throws IngestException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw problem(name, file, "is larger than 1 MiB; give a PEM file", null);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw problem(name, file, "does not exist", e);
        } catch (IOException e) {
            throw problem(name, file, "cannot be read (" + LogLimit.clean(e.toString()) + ")", e);
        }
    }

    private static IngestException problem(String name, Path file, String what, @Nullable Throwable cause) {
        return new IngestException(Kind.TLS, name + ": " + file + " " + LogLimit.clean(what), cause);
    }
}
