package io.kvops.rules;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands alerts to an Alertmanager, which groups, silences and tells by itself: {@code POST /api/v2/alerts}, again each minute while they
 * fire. As Prometheus does, each says when it ends if nothing more is heard: after four of those minutes.
 */
public final class AlertmanagerNotifier implements Notifier.Type {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ENDS_AFTER = Duration.ofMinutes(4);
    private static final int AT_ONCE = 256;

    @Override
    public String name() {
        return "alertmanager";
    }

    @Override
    public Set<String> keys() {
        return Set.of("url", "token");
    }

    @Override
    public boolean groupsItself() {
        return true;
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        HttpSender sender = new HttpSender(settings);
        SecretText token = settings.secret("token");
        return notification -> {
            List<ObjectNode> all = new ArrayList<>();
            Instant ends = notification.at().plus(ENDS_AFTER);
            notification.firing().forEach(alert -> all.add(json(alert, ends)));
            notification
                    .resolved()
                    .forEach(alert ->
                            all.add(json(alert, alert.resolvedAt() == null ? notification.at() : alert.resolvedAt())));
            Map<String, String> headers =
                    token == null ? Map.of() : Map.of("Authorization", "Bearer " + token.resolve());
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                ArrayNode body = JSON.createArrayNode();
                body.addAll(all.subList(from, Math.min(all.size(), from + AT_ONCE)));
                sender.post("/api/v2/alerts", body.toString(), headers);
            }
        };
    }

    private static ObjectNode json(Alert alert, Instant ends) {
        ObjectNode one = JSON.createObjectNode();
        Instant starts = alert.firedAt() == null ? alert.activeAt() : alert.firedAt();
        one.set("labels", JSON.valueToTree(alert.labels().asMap()));
        one.set("annotations", JSON.valueToTree(alert.annotations()));
        one.put("startsAt", starts.toString());
        one.put("endsAt", (ends.isAfter(starts) ? ends : starts.plusMillis(1)).toString());
        return one;
    }
}
