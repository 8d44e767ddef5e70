package io.kvops.server.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;

/**
 * A YAML text as a tree, with the line of each path.
 *
 * @param root {@link MissingNode} if the text is empty
 * @param lines by path, from 1
 */
record ConfigTree(JsonNode root, Map<String, Integer> lines) {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 50;
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads a text.
     *
     * @param name what the text is called in a message
     * @throws ConfigException if it is not YAML, in one line with the place
     */
    static ConfigTree parse(String name, String text) throws ConfigException {
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_BYTES) {
            throw one(name + ": " + size + " bytes (expected a configuration of at most 1 MiB)");
        }
        refuseAliases(name, text);
        Map<String, Integer> lines = new HashMap<>();
        try (JsonParser parser = YAML.createParser(text)) {
            JsonNode root = parser.nextToken() == null ? MissingNode.getInstance() : node(parser, "", 0, lines);
            if (parser.nextToken() != null) {
                throw one(name + ":" + parser.currentTokenLocation().getLineNr()
                        + ": a second document begins (expected one)");
            }
            return new ConfigTree(root, lines);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw one(name + where + ": not YAML that can be read: "
                    + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("no reason given"));
        } catch (IOException e) {
            throw one(name + ": can't be read: " + e.getMessage());
        }
    }

    /** Jackson gives an alias as a text, its name, and an anchor as nothing: a secret would silently be another one. */
    private static void refuseAliases(String name, String text) throws ConfigException {
        try {
            for (Event event : new Yaml().parse(new StringReader(text))) {
                String anchor = event instanceof NodeEvent node ? node.getAnchor() : null;
                if (anchor != null) {
                    throw one(name + ":" + (event.getStartMark().getLine() + 1) + ": "
                            + (event instanceof AliasEvent
                                    ? "*" + anchor + " is an alias"
                                    : "&" + anchor + " is an anchor")
                            + " (expected the value itself, in quotes if it is a text that begins so)");
                }
            }
        } catch (YAMLException e) {
            // what is wrong is said when it is read
        }
    }

    /** Whether a text has neither a setting nor an empty mapping: nothing but white space and comments. */
    static boolean saysNothing(String text) {
        return text.lines().map(String::strip).allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }

    /** One value out of a command line or a request: {@code 5}, {@code true}, {@code 5ms}, {@code [a, b]}. */
    static JsonNode value(String text) throws ConfigException {
        return parse("the value", text).root();
    }

    /** As YAML. */
    static String text(JsonNode root) {
        try {
            return root.isMissingNode() ? "" : YAML.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can't be written", e);
        }
    }

    private static JsonNode node(JsonParser parser, String path, int depth, Map<String, Integer> lines)
            throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("more than " + MAX_DEPTH + " levels of nesting");
        }
        JsonNodeFactory make = JsonNodeFactory.instance;
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = make.objectNode();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    String child = ConfigPath.of(path, key);
                    lines.put(child, parser.currentTokenLocation().getLineNr());
                    parser.nextToken();
                    object.set(key, node(parser, child, depth + 1, lines));
                }
                return object;
            }
            case START_ARRAY -> {
                ArrayNode array = make.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    String child = ConfigPath.of(path, array.size());
                    lines.put(child, parser.currentTokenLocation().getLineNr());
                    array.add(node(parser, child, depth + 1, lines));
                }
                return array;
            }
            case VALUE_TRUE -> {
                return make.booleanNode(true);
            }
            case VALUE_FALSE -> {
                return make.booleanNode(false);
            }
            case VALUE_NULL -> {
                return make.nullNode();
            }
            case VALUE_NUMBER_INT -> {
                return make.numberNode(parser.getBigIntegerValue()).canConvertToLong()
                        ? make.numberNode(parser.getLongValue())
                        : make.numberNode(parser.getBigIntegerValue());
            }
            case VALUE_NUMBER_FLOAT -> {
                return make.numberNode(parser.getDoubleValue());
            }
            default -> {
                return make.textNode(parser.getText());
            }
        }
    }

    static ConfigException one(String problem) {
        return new ConfigException(List.of(problem));
    }
}
