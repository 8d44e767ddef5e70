package io.kvops.server.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.migration.Action;
import io.kvops.migration.Conflict;
import io.kvops.migration.CutOver;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.Reading;
import io.kvops.migration.SyncJob;
import io.kvops.stores.data.WriteOptions.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An order as a JSON object: as REST takes it, and as commands hand it to a collector. What is left out, and what is null, is as by
 * default; the fields mean what the options of the commands mean.
 */
public final class OrderJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KIND = "kind";
    private static final String SOURCE = "source";
    private static final String TARGET = "target";
    private static final String REPORT = "report";
    private static final String ACTION = "action";

    /** How a field is written. */
    private enum Form {
        TEXT,
        FLAG,
        /** A whole number of 32 bits. */
        SMALL,
        WHOLE,
        DECIMAL,
        /** A list of texts, kept with a number behind the name of each. */
        TEXTS,
        /** A list of texts, kept with commas between. */
        WORDS,
        /** One of the names of an enum. */
        CHOICE
    }

    /**
     * A field.
     *
     * @param name in the JSON
     * @param key of {@link MigrationJob#toMap} or {@link SyncJob#toMap}
     * @param choices of a CHOICE, as they are kept
     */
    private record Field(String name, String key, Form form, List<String> choices) {
        static Field of(String name, String key, Form form) {
            return new Field(name, key, form, List.of());
        }

        static Field of(String name, Form form) {
            return of(name, name, form);
        }

        static Field choice(String name, String key, Stream<String> kept) {
            return new Field(name, key, Form.CHOICE, kept.toList());
        }

        boolean live() {
            return key.startsWith("live.");
        }
    }

    private static final List<Field> FIELDS = List.of(
            Field.of("match", "filter.match.", Form.TEXTS),
            Field.of("regex", "filter.regex", Form.TEXT),
            Field.of("types", "filter.types", Form.WORDS),
            Field.of("ttl", "filter.ttl", Form.TEXT),
            Field.of("size", "filter.size", Form.TEXT),
            Field.of("sample", "filter.sample", Form.DECIMAL),
            Field.of("where", "filter.where", Form.TEXT),
            Field.of("transforms", "transform.", Form.TEXTS),
            Field.choice(
                    "onConflict", "conflict", Arrays.stream(Conflict.values()).map(Object::toString)),
            Field.of("onlyDifferent", Form.FLAG),
            Field.choice("onLoss", "loss", Arrays.stream(Loss.values()).map(Enum::name)),
            Field.of("batch", Form.SMALL),
            Field.of("parallel", Form.SMALL),
            Field.of("maxOps", Form.WHOLE),
            Field.of("maxBytes", Form.WHOLE),
            Field.of("maxLatencyMillis", Form.WHOLE),
            Field.of("retrySeconds", Form.SMALL),
            Field.choice("reading", "reading", Arrays.stream(Reading.values()).map(Object::toString)),
            Field.of("verify", Form.FLAG),
            Field.of("repair", Form.FLAG),
            Field.of(REPORT, Form.TEXT),
            Field.of("format", "file.format", Form.TEXT),
            Field.of("compress", "file.compression", Form.TEXT),
            Field.of("level", "file.level", Form.SMALL),
            Field.of("parts", "file.parts", Form.SMALL),
            Field.of("skipDamaged", "file.skipDamaged", Form.FLAG),
            Field.choice(
                    "cutOver", "live.cutOver", Arrays.stream(CutOver.values()).map(Object::toString)),
            Field.of("maxLagMillis", "live.maxLagMillis", Form.WHOLE),
            Field.of("holdWritesMillis", "live.holdWritesMillis", Form.WHOLE),
            Field.of("everyMillis", "live.everyMillis", Form.WHOLE));

    private OrderJson() {}

    /** What fields there are. */
    public static List<String> fields() {
        List<String> names = new ArrayList<>(List.of(KIND, SOURCE, TARGET));
        FIELDS.forEach(field -> names.add(field.name()));
        return names;
    }

    /** Which fields may name files of the machine that works, and {@link Places} looks at. */
    static List<String> places() {
        return List.of(SOURCE, TARGET, REPORT);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException says what is wrong and what is expected, beginning with the field; never with a secret in it
     */
    public static Order read(ObjectNode json) {
        String kind = choice(
                json.get(KIND),
                KIND,
                Arrays.stream(Action.values()).map(Object::toString).toList());
        Action action = Action.valueOf(kind.toUpperCase(Locale.ROOT));
        boolean live = action == Action.SYNC;
        String source = text(json.get(SOURCE), SOURCE);
        String target = text(json.get(TARGET), TARGET);
        Map<String, String> map = defaults(action, source, target);
        for (Field field : FIELDS) {
            JsonNode value = json.get(field.name());
            if (value == null || value.isNull()) {
                continue;
            }
            if (field.live() && !live) {
                throw new IllegalArgumentException(field.name() + ": goes with kind sync alone, and this is " + kind);
            }
            put(map, field, value);
        }
        if (action == Action.VERIFY) {
            map.put("verify", "true");
        }
        MigrationJob job = MigrationJob.of(map);
        return new Order(job, live ? SyncJob.of(map) : null);
    }

    /**
     * Writes one.
     *
     * @param source as its reader should read it: an order has full paths of this machine
     * @param target the same
     */
    public static ObjectNode write(Order order, String source, String target) {
        SyncJob live = order.live();
        Map<String, String> map = live == null ? order.job().toMap() : live.toMap();
        Action action = live == null ? order.job().action() : Action.SYNC;
        Map<String, String> usual =
                defaults(action, order.job().source(), order.job().target());
        ObjectNode json = JSON.createObjectNode()
                .put(KIND, action.toString())
                .put(SOURCE, source)
                .put(TARGET, target);
        for (Field field : FIELDS) {
            if (field.form() == Form.TEXTS) {
                ArrayNode all = JSON.createArrayNode();
                for (int i = 0; map.containsKey(field.key() + i); i++) {
                    all.add(map.get(field.key() + i));
                }
                if (!all.isEmpty()) {
                    json.set(field.name(), all);
                }
                continue;
            }
            String value = map.getOrDefault(field.key(), "");
            if (!value.equals(usual.getOrDefault(field.key(), ""))) {
                json.set(field.name(), node(field, value));
            }
        }
        return json;
    }

    private static Map<String, String> defaults(Action action, String source, String target) {
        Map<String, String> map = new TreeMap<>(
                action == Action.SYNC
                        ? SyncJob.of(source, target).toMap()
                        : MigrationJob.of(action, source, target).toMap());
        map.put(ACTION, action.toString());
        return map;
    }

    private static JsonNode node(Field field, String value) {
        return switch (field.form()) {
            case FLAG -> JSON.getNodeFactory().booleanNode(Boolean.parseBoolean(value));
            case SMALL, WHOLE -> JSON.getNodeFactory().numberNode(Long.parseLong(value));
            case DECIMAL -> JSON.getNodeFactory().numberNode(Double.parseDouble(value));
            case CHOICE -> JSON.getNodeFactory().textNode(value.toLowerCase(Locale.ROOT));
            case WORDS -> {
                ArrayNode words = JSON.createArrayNode();
                Arrays.stream(value.split(",", -1))
                        .filter(word -> !word.isEmpty())
                        .forEach(words::add);
                yield words;
            }
            case TEXT, TEXTS -> JSON.getNodeFactory().textNode(value);
        };
    }

    private static void put(Map<String, String> map, Field field, JsonNode value) {
        switch (field.form()) {
            case TEXT -> map.put(field.key(), text(value, field.name()));
            case FLAG -> {
                expect(value.isBoolean(), field, "true or false");
                map.put(field.key(), value.asText());
            }
            case SMALL -> {
                expect(value.isIntegralNumber() && value.canConvertToInt(), field, "a whole number");
                map.put(field.key(), value.asText());
            }
            case WHOLE -> {
                expect(value.isIntegralNumber() && value.canConvertToLong(), field, "a whole number");
                map.put(field.key(), value.asText());
            }
            case DECIMAL -> {
                expect(value.isNumber(), field, "a number");
                map.put(field.key(), value.asText());
            }
            case CHOICE -> map.put(field.key(), choice(value, field.name(), field.choices()));
            case WORDS -> map.put(field.key(), String.join(",", texts(field, value)));
            case TEXTS -> {
                List<String> texts = texts(field, value);
                for (int i = 0; i < texts.size(); i++) {
                    map.put(field.key() + i, texts.get(i));
                }
            }
        }
    }

    private static List<String> texts(Field field, JsonNode value) {
        expect(value.isArray() && value.valueStream().allMatch(JsonNode::isTextual), field, "a list of texts");
        return value.valueStream().map(JsonNode::textValue).toList();
    }

    private static void expect(boolean fits, Field field, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(field.name() + ": expected " + expected);
        }
    }

    private static String text(@Nullable JsonNode value, String name) {
        if (value == null || !value.isTextual()) {
            throw new IllegalArgumentException(name + ": expected a text");
        }
        return value.textValue();
    }

    private static String choice(@Nullable JsonNode value, String name, List<String> choices) {
        String written = text(value, name);
        for (String choice : choices) {
            if (choice.equalsIgnoreCase(written)) {
                return choice;
            }
        }
        throw new IllegalArgumentException(name + ": " + written + " (expected one of "
                + String.join(", ", choices).toLowerCase(Locale.ROOT) + ")");
    }
}
