package io.kvops.agent.core;

import io.kvops.agent.boot.AgentOptions;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the collector, with a context of its own: the application's default one is neither used nor set. Files are read at
 * each connection, so a renewed certificate needs no restart. The I/O thread.
 */
final class Tls {
    private final String ca;
    private final String certificate;
    private final String key;

    Tls(AgentOptions options) {
        ca = options.text("tls.ca");
        certificate = options.text("tls.certificate");
        key = options.text("tls.key");
    }

    /**
     * Speaks TLS over a connected socket; the collector has proven who it is when this returns.
     *
     * @throws IOException in one line, with the option to look at
     */
    SSLSocket over(Socket connected, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(connected, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            throw new IOException("TLS: " + innermost(e) + "; look at tls.ca and tls.certificate", e);
        }
        return socket;
    }

    private SSLContext context() throws IOException {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(ca.isEmpty() ? null : trusted());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + innermost(e), e);
        }
    }

    private KeyStore trusted() throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        Certificate[] all = certificates("tls.ca", ca);
        for (int i = 0; i < all.length; i++) {
            store.setCertificateEntry("ca" + i, all[i]);
        }
        return store;
    }

    private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
        if (certificate.isEmpty() && key.isEmpty()) {
            return null;
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new IOException("tls.certificate and tls.key go together; "
                    + (key.isEmpty() ? "tls.key" : "tls.certificate") + " is missing");
        }
        Certificate[] chain = certificates("tls.certificate", certificate);
        KeyStore store = empty();
        char[] noPassword = new char[0];
        store.setKeyEntry("agent", privateKey(chain[0].getPublicKey().getAlgorithm()), noPassword, chain);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, noPassword);
        return managers.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate[] certificates(String option, String file) throws GeneralSecurityException, IOException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> all = new ArrayList<>();
        for (byte[] der : blocks(option, file, "CERTIFICATE")) {
            try {
                all.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            } catch (GeneralSecurityException e) {
                throw new IOException(
                        option + "=" + file + " holds a certificate that cannot be read: " + innermost(e), e);
            }
        }
        if (all.isEmpty()) {
            throw new IOException(option + "=" + file + " holds no certificate; expected PEM (BEGIN CERTIFICATE)");
        }
        return all.toArray(new Certificate[0]);
    }

    private PrivateKey privateKey(String algorithm) throws IOException {
        List<byte[]> keys = blocks("tls.key", key, "PRIVATE KEY");
        if (keys.isEmpty()) {
            throw new IOException("tls.key=" + key + " holds no PKCS8 key (BEGIN PRIVATE KEY); convert it with:"
                    + " openssl pkcs8 -topk8 -nocrypt -in KEY");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "tls.key=" + key + " is not the " + algorithm + " key of tls.certificate: " + innermost(e), e);
        }
    }

    /** The blocks of one type in a PEM file, decoded. */
    private static List<byte[]> blocks(String option, String file, String type) throws IOException {
        List<byte[]> blocks = new ArrayList<>();
        String begin = "-----BEGIN " + type + "-----";
        String end = "-----END " + type + "-----";
        String text;
        try {
            text = new String(Files.readAllBytes(new File(file).toPath()), StandardCharsets.US_ASCII);
        } catch (IOException | RuntimeException e) {
            throw new IOException(option + "=" + file + " cannot be read: " + e, e);
        }
        for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
            int to = text.indexOf(end, at);
            if (to < 0) {
                throw new IOException(option + "=" + file + " is cut short: a BEGIN " + type + " without its END");
            }
            try {
                blocks.add(Base64.getMimeDecoder().decode(text.substring(at + begin.length(), to)));
            } catch (IllegalArgumentException e) {
                throw new IOException(option + "=" + file + " is damaged: " + e.getMessage(), e);
            }
        }
        return blocks;
    }

    /** The reason below the wrappers, without its own message's line breaks. */
    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < 10 && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).replace('\n', ' ');
    }
}
