package io.kvops.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration comes from.
 *
 * @param file the file; null: none, all is default until somebody says otherwise
 * @param overrides by path, whole numbers or texts; they win over the file and over all that is said later
 */
public record ConfigSource(@Nullable Path file, Map<String, Object> overrides) {
    public ConfigSource {
        overrides = Map.copyOf(overrides);
    }

    Map<String, JsonNode> overrideNodes() {
        Map<String, JsonNode> nodes = new LinkedHashMap<>();
        overrides.forEach((path, value) -> nodes.put(
                path,
                value instanceof Integer number
                        ? JsonNodeFactory.instance.numberNode(number)
                        : JsonNodeFactory.instance.textNode(value.toString())));
        return nodes;
    }
}
