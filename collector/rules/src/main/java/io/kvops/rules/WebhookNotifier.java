package io.kvops.rules;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts a JSON document. With a secret, {@code X-Kvops-Timestamp} holds the seconds since 1970 and {@code X-Kvops-Signature}
 * {@code sha256=} with the HMAC-SHA256, in hex, of that text, a dot, and the body.
 */
public final class WebhookNotifier implements Notifier.Type {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Set<String> keys() {
        return Set.of("url", "secret", "title", "line");
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        HttpSender sender = new HttpSender(settings);
        SecretText secret = settings.secret("secret");
        Texts texts = Texts.of(settings);
        return notification -> {
            String body = json(notification, texts);
            Map<String, String> headers = new HashMap<>();
            if (secret != null) {
                String at = Long.toString(notification.at().getEpochSecond());
                headers.put("X-Kvops-Timestamp", at);
                headers.put("X-Kvops-Signature", "sha256=" + signature(secret.resolve(), at + "." + body));
            }
            sender.post("", body, headers);
        };
    }

    static String signature(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    static String json(Notification notification, Texts texts) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1")
                .put("receiver", notification.receiver())
                .put("status", notification.status())
                .put("at", notification.at().toString())
                .put("test", notification.isTest())
                .put("title", texts.title(notification))
                .put("text", texts.body(notification));
        root.set("groupLabels", JSON.valueToTree(notification.group().asMap()));
        ArrayNode alerts = root.putArray("alerts");
        add(alerts, "firing", notification.firing());
        add(alerts, "resolved", notification.resolved());
        return root.toString();
    }

    private static void add(ArrayNode to, String status, List<Alert> alerts) {
        for (Alert alert : alerts) {
            ObjectNode one = to.addObject();
            one.put("status", status).put("level", alert.level().text()).put("family", alert.family());
            one.set("labels", JSON.valueToTree(alert.labels().asMap()));
            one.set("annotations", JSON.valueToTree(alert.annotations()));
            one.put("activeAt", alert.activeAt().toString());
            one.put("firedAt", alert.firedAt() == null ? null : alert.firedAt().toString());
            one.put(
                    "resolvedAt",
                    alert.resolvedAt() == null ? null : alert.resolvedAt().toString());
            if (Double.isFinite(alert.value())) {
                one.put("value", alert.value());
            }
            one.put("noData", alert.noData());
        }
    }
}
