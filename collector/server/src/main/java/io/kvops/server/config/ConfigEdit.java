package io.kvops.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Changes texts of a configuration. What was written as comments is lost where a value changes. */
final class ConfigEdit {
    /** Stands for a secret in a text that is shown. */
    static final String HIDDEN = "***";

    /** Of a list: each that is hidden is compared with all. */
    private static final int MOST_COMPARED = 1_000;

    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

    private ConfigEdit() {}

    /**
     * A text with other values.
     *
     * @param values by path; each as YAML; empty: back to the default
     * @throws ConfigException if the text or a value is not YAML, or a path leads through something that is no mapping
     */
    static String set(String text, Map<String, String> values) throws ConfigException {
        JsonNode old = ConfigTree.parse("the configuration", text).root();
        ObjectNode root = old.isObject() ? old.deepCopy() : MAKE.objectNode();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            try {
                List<String> names = ConfigPath.names(entry.getKey());
                if (names.isEmpty()) {
                    throw new IllegalArgumentException("an empty path (expected such as analyzer.maxHotKeys)");
                }
                put(root, entry.getKey(), names, ConfigTree.value(entry.getValue()));
            } catch (IllegalArgumentException e) {
                throw ConfigTree.one(String.valueOf(e.getMessage()));
            }
        }
        return ConfigTree.text(root);
    }

    private static void put(ObjectNode root, String path, List<String> names, JsonNode value) {
        JsonNode at = root;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean last = i == names.size() - 1;
            boolean listNext = !last && names.get(i + 1).startsWith("[");
            JsonNode next = last ? value : listNext ? MAKE.arrayNode() : MAKE.objectNode();
            if (at instanceof ArrayNode list && name.startsWith("[")) {
                int index = Integer.parseInt(name.substring(1, name.length() - 1));
                if (index > list.size()) {
                    throw new IllegalArgumentException(path + ": the list has " + list.size() + " elements");
                }
                at = inList(list, index, last, next);
            } else if (at instanceof ObjectNode object && !name.startsWith("[")) {
                at = inMapping(object, name, last, next);
            } else {
                throw new IllegalArgumentException(path + ": there is no mapping or list at " + name);
            }
        }
    }

    private static JsonNode inList(ArrayNode list, int index, boolean last, JsonNode next) {
        if (index == list.size()) {
            list.add(next);
        } else if (last && (next.isMissingNode() || next.isNull())) {
            list.remove(index);
            return next;
        } else if (last) {
            list.set(index, next);
        }
        return list.get(index);
    }

    private static JsonNode inMapping(ObjectNode object, String name, boolean last, JsonNode next) {
        if (last && (next.isMissingNode() || next.isNull())) {
            object.remove(name);
            return next;
        }
        JsonNode present = object.get(name);
        if (last || present == null || !present.isContainerNode()) {
            object.set(name, next);
        }
        return object.get(name);
    }

    /** A text in which {@link #HIDDEN} stands for each secret that is written in it. */
    static String mask(String text, Collection<Setting> settings) throws ConfigException {
        JsonNode root = ConfigTree.parse("the configuration", text).root();
        boolean any = false;
        for (Setting setting : settings) {
            boolean literal = setting.secret() && setting.said() && !Secrets.isReference(setting.value());
            if (literal && !setting.value().isEmpty() && root instanceof ObjectNode object) {
                put(object, setting.path(), ConfigPath.names(setting.path()), TextNode.valueOf(HIDDEN));
                any = true;
            }
        }
        return any ? ConfigTree.text(root) : text;
    }

    /**
     * A text in which each {@link #HIDDEN} is what stands there in another one. An element of a list is found by all that is
     * not hidden of it, else by its {@code name}, else by its {@code address}, so that a secret stays with whom it belongs
     * to. Where it is not found, or not told from another, {@link #HIDDEN} stays, which {@link Section#secret} refuses; so it does
     * in a list of more than a thousand.
     */
    static String unmask(String text, String current) throws ConfigException {
        if (!text.contains(HIDDEN)) {
            return text;
        }
        JsonNode root = ConfigTree.parse("the configuration", text).root();
        JsonNode filled =
                filled(root, ConfigTree.parse("the configuration", current).root());
        return filled.equals(root) ? text : ConfigTree.text(filled);
    }

    private static JsonNode filled(JsonNode shown, @Nullable JsonNode current) {
        if (shown.isTextual() && HIDDEN.equals(shown.asText())) {
            return current != null && current.isValueNode() ? current : shown;
        }
        if (shown instanceof ObjectNode object) {
            ObjectNode made = MAKE.objectNode();
            object.properties()
                    .forEach(field -> made.set(
                            field.getKey(),
                            filled(field.getValue(), current == null ? null : current.get(field.getKey()))));
            return made;
        }
        if (shown instanceof ArrayNode list) {
            ArrayNode made = MAKE.arrayNode();
            for (int i = 0; i < list.size(); i++) {
                made.add(filled(list.get(i), current instanceof ArrayNode known ? counterpart(list, i, known) : null));
            }
            return made;
        }
        return shown;
    }

    private static @Nullable JsonNode counterpart(ArrayNode list, int index, ArrayNode current) {
        if (list.size() > MOST_COMPARED) {
            return null;
        }
        JsonNode element = list.get(index);
        List<JsonNode> same = those(current, known -> isShownAs(known, element));
        if (!same.isEmpty()) {
            // of some that look the same each keeps its own, as long as none came or went
            int before = 0;
            for (int i = 0; i < index; i++) {
                before += list.get(i).equals(element) ? 1 : 0;
            }
            boolean all = those(list, element::equals).size() == same.size();
            return all ? same.get(before) : same.stream().distinct().count() == 1 ? same.get(0) : null;
        }
        for (String key : List.of("name", "address")) {
            JsonNode value = element.path(key);
            if (value.isValueNode() && !value.asText().isEmpty()) {
                List<JsonNode> found = those(current, known -> known.path(key).equals(value));
                boolean one = found.size() == 1
                        && those(list, other -> other.path(key).equals(value)).size() == 1;
                return one ? found.get(0) : null;
            }
        }
        return null;
    }

    private static List<JsonNode> those(ArrayNode list, Predicate<JsonNode> which) {
        return list.valueStream().filter(which).toList();
    }

    /** Whether what is shown is this one, with secrets hidden. */
    private static boolean isShownAs(JsonNode known, JsonNode shown) {
        if (shown instanceof ObjectNode object) {
            return known.isObject()
                    && known.size() == object.size()
                    && object.properties().stream().allMatch(f -> isShownAs(known.path(f.getKey()), f.getValue()));
        }
        boolean hidden = shown.isTextual() && HIDDEN.equals(shown.asText());
        return hidden ? known.isValueNode() && !Secrets.isReference(known.asText()) : known.equals(shown);
    }
}
