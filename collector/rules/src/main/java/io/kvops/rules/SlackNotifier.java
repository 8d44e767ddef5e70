package io.kvops.rules;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** Posts to an incoming webhook as Slack, Mattermost and Rocket.Chat have it. Its address is a secret: {@code url: file:PATH}. */
public final class SlackNotifier implements Notifier.Type {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TEXT = 3_000;

    @Override
    public String name() {
        return "slack";
    }

    @Override
    public Set<String> keys() {
        return Set.of("url", "channel", "title", "line");
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        SecretText.of("url", settings.text("url"));
        HttpSender sender = new HttpSender(settings);
        Texts texts = Texts.of(settings);
        String channel = settings.text("channel", "");
        return notification -> {
            ObjectNode root = JSON.createObjectNode();
            if (!channel.isEmpty()) {
                root.put("channel", channel);
            }
            root.put("text", escaped(texts.title(notification)));
            ObjectNode attachment = root.putArray("attachments").addObject();
            String text = escaped(texts.body(notification));
            attachment.put("color", color(notification));
            attachment.put("text", text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + " ..." : text);
            sender.post("", root.toString(), Map.of());
        };
    }

    private static String color(Notification notification) {
        if (notification.firing().isEmpty()) {
            return "good";
        }
        return notification.firing().get(0).level().compareTo(Level.CRITICAL) >= 0 ? "danger" : "warning";
    }

    /** As Slack asks for: https://docs.slack.dev/messaging/formatting-message-text. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
