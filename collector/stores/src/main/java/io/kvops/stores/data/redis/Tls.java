package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS as the options of an address say: {@code ca}, {@code cert}, {@code key}, {@code verify=full|ca|none}. */
final class Tls {
    private Tls() {}

    static Socket over(Socket plain, StoreAddress address, HostPort at) throws StoreException, IOException {
        String verify = address.options().getOrDefault("verify", "full");
        if (!verify.equals("full") && !verify.equals("ca") && !verify.equals("none")) {
            throw new IllegalArgumentException(
                    "address " + address + ": verify=" + verify + " (expected full, ca or none)");
        }
        SSLSocket socket = (SSLSocket)
                context(address, verify).context().getSocketFactory().createSocket(plain, at.host(), at.port(), true);
        if (verify.equals("full")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    private static JdkSslContext context(StoreAddress address, String verify) throws StoreException {
        try {
            SslContextBuilder tls = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            String ca = address.options().get("ca");
            if (verify.equals("none")) {
                tls.trustManager(InsecureTrustManagerFactory.INSTANCE);
            } else if (ca != null) {
                tls.trustManager(new File(ca));
            }
            String certificate = address.options().get("cert");
            String key = address.options().get("key");
            if ((certificate == null) != (key == null)) {
                throw new IllegalArgumentException("address " + address + ": expected both cert and key, or none");
            }
            if (certificate != null && key != null) {
                tls.keyManager(new File(certificate), new File(key));
            }
            // with no option but these, the authenticator of the context checks the chain alone
            tls.endpointIdentificationAlgorithm(verify.equals("full") ? "HTTPS" : null);
            return (JdkSslContext) tls.build();
        } catch (SSLException e) {
            throw new StoreException(
                    Kind.CONFIGURATION, "certificates of " + address + " can't be used: " + e.getMessage(), e);
        }
    }
}
