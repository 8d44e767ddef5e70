package io.kvops.rules;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * Sends mail over SMTP. {@code tls}: starttls (the default), required before anything is sent; tls, from the first byte; none, which is
 * refused together with a password except to this machine.
 */
public final class EmailNotifier implements Notifier.Type {
    private static final String TIMEOUT_MILLIS = "10000";

    @Override
    public String name() {
        return "email";
    }

    @Override
    public Set<String> keys() {
        return Set.of("host", "port", "tls", "user", "password", "from", "to", "title", "line");
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        String host = settings.text("host");
        String tls = settings.text("tls", "starttls");
        if (!List.of("starttls", "tls", "none").contains(tls)) {
            throw new IllegalArgumentException("tls: '" + tls + "' (expected starttls, tls or none)");
        }
        int port = port(settings.text("port", tls.equals("tls") ? "465" : tls.equals("none") ? "25" : "587"));
        SecretText password = settings.secret("password");
        String user = settings.text("user", "");
        if (password != null
                && tls.equals("none")
                && !List.of("localhost", "127.0.0.1", "::1").contains(host)) {
            throw new IllegalArgumentException("tls: none would show the password (expected starttls or tls)");
        }
        InternetAddress from = address("from", settings.text("from"));
        settings.text("to");
        InternetAddress[] to =
                settings.texts("to").stream().map(one -> address("to", one)).toArray(InternetAddress[]::new);
        Texts texts = Texts.of(settings);
        Session session = Session.getInstance(properties(host, port, tls, password != null));
        return notification -> {
            try (Transport transport = session.getTransport("smtp")) {
                MimeMessage message = new MimeMessage(session);
                message.setFrom(from);
                message.setRecipients(Message.RecipientType.TO, to);
                message.setSubject(texts.title(notification), StandardCharsets.UTF_8.name());
                message.setText(texts.body(notification), StandardCharsets.UTF_8.name());
                message.setSentDate(Date.from(notification.at()));
                message.saveChanges();
                transport.connect(host, port, user, password == null ? null : password.resolve());
                transport.sendMessage(message, to);
            } catch (AuthenticationFailedException e) {
                throw new IOException(host + ":" + port + " refused the user or password", e);
            } catch (MessagingException e) {
                // a server's own words may repeat what it was sent, so only the kind is said
                throw new IOException(
                        host + ":" + port + " did not take the mail ("
                                + e.getClass().getSimpleName()
                                + (e.getCause() == null
                                        ? ""
                                        : ", " + e.getCause().getClass().getSimpleName()) + ")",
                        e);
            }
        };
    }

    private static Properties properties(String host, int port, String tls, boolean login) {
        Properties made = new Properties();
        made.setProperty("mail.smtp.host", host);
        made.setProperty("mail.smtp.port", Integer.toString(port));
        made.setProperty("mail.smtp.auth", Boolean.toString(login));
        made.setProperty("mail.smtp.starttls.enable", Boolean.toString(tls.equals("starttls")));
        made.setProperty("mail.smtp.starttls.required", Boolean.toString(tls.equals("starttls")));
        made.setProperty("mail.smtp.ssl.enable", Boolean.toString(tls.equals("tls")));
        made.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
            made.setProperty("mail.smtp." + timeout, TIMEOUT_MILLIS);
        }
        return made;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("port: '" + text + "' (expected 1 to 65535)");
    }

    private static InternetAddress address(String key, String text) {
        try {
            return new InternetAddress(text, true);
        } catch (AddressException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' (expected NAME@HOST)", e);
        }
    }
}
