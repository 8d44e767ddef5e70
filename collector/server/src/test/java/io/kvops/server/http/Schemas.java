package io.kvops.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** As much of JSON Schema as openapi.json uses; what is not described is wrong too. */
final class Schemas {
    private Schemas() {}

    static void validate(JsonNode root, JsonNode schema, JsonNode value, String path, List<String> wrong) {
        if (schema.has("$ref")) {
            validate(root, root.at(schema.path("$ref").asText().substring(1)), value, path, wrong);
            return;
        }
        JsonNode type = schema.path("type");
        if (!type.isMissingNode() && !isOf(type, value)) {
            wrong.add(path + ": " + value + " is not " + type);
            return;
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            wrong.add(path + ": " + value + " is not one of " + schema.path("enum"));
        }
        for (JsonNode required : value.isObject() ? schema.path("required") : schema.path("none")) {
            if (!value.has(required.asText())) {
                wrong.add(path + "." + required.asText() + " is missing");
            }
        }
        if (value.isObject() && (schema.has("properties") || schema.has("additionalProperties"))) {
            value.properties().forEach(field -> {
                JsonNode described = schema.path("properties").path(field.getKey());
                JsonNode inner = described.isMissingNode() ? schema.path("additionalProperties") : described;
                if (inner.isMissingNode()) {
                    wrong.add(path + "." + field.getKey() + " is not described");
                } else {
                    validate(root, inner, field.getValue(), path + "." + field.getKey(), wrong);
                }
            });
        }
        for (int i = 0; value.isArray() && schema.has("items") && i < value.size(); i++) {
            validate(root, schema.path("items"), value.get(i), path + "[" + i + "]", wrong);
        }
    }

    private static boolean contains(JsonNode among, JsonNode value) {
        for (JsonNode one : among) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOf(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (isOf(one, value)) {
                    return true;
                }
            }
            return false;
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }
}
