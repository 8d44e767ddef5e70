package io.kvops.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.rules.Alert.State;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state as a JSON document: alerts, what was told of them, silences. What does not fit the rules any more is left out. */
final class StateJson {
    /** Past it, what was pending begins anew; Prometheus's {@code rules.alert.for-outage-tolerance}. */
    private static final Duration OUTAGE = Duration.ofHours(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    private StateJson() {}

    static String write(Evaluator evaluator, Dispatcher dispatcher, Instant at) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", 1).put("savedAt", at.toString());
        ArrayNode alerts = root.putArray("alerts");
        for (Active active : evaluator.all()) {
            ObjectNode one = alerts.addObject();
            one.put("rule", active.rule.name()).put("state", active.state.name());
            one.set("series", JSON.valueToTree(active.series.asMap()));
            one.put("activeAt", active.activeAt.toString());
            put(one, "firedAt", active.firedAt);
            put(one, "resolvedAt", active.resolvedAt);
            put(one, "keptSince", active.keptSince);
            one.put("noData", active.noData);
            one.set("annotations", JSON.valueToTree(active.annotations));
        }
        ArrayNode told = root.putArray("told");
        for (Group group : dispatcher.groups()) {
            if (group.toldAt == null) {
                continue;
            }
            ObjectNode one = told.addObject();
            one.put("key", group.key).put("receiver", group.receiver).put("at", group.toldAt.toString());
            ArrayNode labels = one.putArray("labels");
            group.told.keySet().forEach(known -> labels.add(JSON.valueToTree(known.asMap())));
        }
        ArrayNode silences = root.putArray("silences");
        for (Silence silence : dispatcher.silences().values()) {
            ObjectNode one = silences.addObject();
            one.put("id", silence.id()).put("author", silence.author()).put("comment", silence.comment());
            one.put("begins", silence.begins().toString())
                    .put("ends", silence.ends().toString());
            ArrayNode matchers = one.putArray("matchers");
            silence.matchers().forEach(matcher -> matchers.add(matcher.toString()));
        }
        return root.toString();
    }

    private static void put(ObjectNode to, String key, @Nullable Instant at) {
        if (at != null) {
            to.put(key, at.toString());
        }
    }

    static void read(String text, RuleFile file, Evaluator evaluator, Dispatcher dispatcher, Instant at)
            throws IOException {
        try {
            JsonNode root = JSON.readTree(text);
            Duration unseen =
                    Duration.between(Instant.parse(root.path("savedAt").asText()), at);
            Map<String, Rule> rules = new HashMap<>();
            file.rules().forEach(rule -> rules.put(rule.name(), rule));
            for (JsonNode one : root.path("alerts")) {
                Rule rule = rules.get(one.path("rule").asText());
                if (rule != null) {
                    alert(one, rule, unseen, evaluator, at);
                }
            }
            root.path("silences").forEach(one -> {
                List<Matcher> matchers = new ArrayList<>();
                one.path("matchers").forEach(matcher -> matchers.add(Matcher.parse(matcher.asText())));
                Silence silence = new Silence(
                        one.path("id").asText(),
                        matchers,
                        Instant.parse(one.path("begins").asText()),
                        Instant.parse(one.path("ends").asText()),
                        one.path("author").asText(),
                        one.path("comment").asText());
                dispatcher.silences().put(silence.id(), silence);
            });
            dispatcher.take(alerts(evaluator), at);
            root.path("told").forEach(one -> told(one, evaluator, dispatcher));
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            throw new IOException(
                    "what was kept can't be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }

    static List<Alert> alerts(Evaluator evaluator) {
        List<Alert> found = new ArrayList<>();
        evaluator.all().forEach(active -> found.add(active.alert()));
        return found;
    }

    private static void alert(JsonNode one, Rule rule, Duration unseen, Evaluator evaluator, Instant at) {
        State state = State.valueOf(one.path("state").asText());
        if (state == State.PENDING && unseen.compareTo(OUTAGE) > 0) {
            return;
        }
        Labels series = labels(one.path("series"));
        Active active = new Active(
                rule,
                series,
                Evaluator.labels(rule, series),
                Instant.parse(one.path("activeAt").asText()));
        active.state = state;
        active.firedAt = instant(one, "firedAt");
        active.resolvedAt = instant(one, "resolvedAt");
        active.keptSince = instant(one, "keptSince");
        active.noData = one.path("noData").asBoolean();
        Map<String, String> texts = new TreeMap<>();
        one.path("annotations")
                .properties()
                .forEach(f -> texts.put(f.getKey(), f.getValue().asText()));
        active.annotations = texts;
        if (state == State.PENDING && !unseen.isNegative()) {
            active.shift(unseen);
        }
        evaluator.restore(active, at);
    }

    private static void told(JsonNode one, Evaluator evaluator, Dispatcher dispatcher) {
        String key = one.path("key").asText();
        for (Group group : dispatcher.groups()) {
            if (!group.key.equals(key)) {
                continue;
            }
            group.toldAt = instant(one, "at");
            one.path("labels").forEach(known -> {
                Labels labels = labels(known);
                evaluator.all().stream()
                        .filter(active -> active.labels.equals(labels))
                        .findFirst()
                        .ifPresent(active -> group.told.put(labels, active.alert()));
            });
        }
    }

    private static @Nullable Instant instant(JsonNode one, String key) {
        return one.hasNonNull(key) ? Instant.parse(one.path(key).asText()) : null;
    }

    private static Labels labels(JsonNode one) {
        Map<String, String> values = new TreeMap<>();
        one.properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asText()));
        return Labels.of(values);
    }
}
