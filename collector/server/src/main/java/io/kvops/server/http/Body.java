package io.kvops.server.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.server.config.Nearest;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What came after the headers of a request. */
record Body(Buffer bytes) {
    static final Body NONE = new Body(Buffer.buffer());

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The text, which has to be UTF-8. */
    String text() throws BadRequest {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadRequest(400, "the body is not UTF-8");
        }
    }

    /** The object, of which only these fields are known. */
    ObjectNode object(List<String> known) throws BadRequest {
        JsonNode read;
        try {
            read = MAPPER.readTree(text());
        } catch (IOException e) {
            throw new BadRequest(400, "the body is not JSON");
        }
        if (!(read instanceof ObjectNode object)) {
            throw new BadRequest(400, "the body is not a JSON object");
        }
        for (var fields = object.fieldNames(); !known.isEmpty() && fields.hasNext(); ) {
            String field = fields.next();
            if (!known.contains(field)) {
                String nearest = Nearest.of(field, known);
                throw new BadRequest(
                        400,
                        "unknown field " + field
                                + (nearest == null
                                        ? "; known: " + String.join(", ", known)
                                        : "; did you mean " + nearest + "?"));
            }
        }
        return object;
    }

    /** A field that has to be there and a text. */
    static String text(ObjectNode object, String field) throws BadRequest {
        JsonNode value = object.get(field);
        if (value == null || !value.isTextual()) {
            throw new BadRequest(400, field + ": " + (value == null ? "missing" : "not a text") + " (expected a text)");
        }
        return value.textValue();
    }

    static int integer(ObjectNode object, String field, int byDefault, int min, int max) throws BadRequest {
        JsonNode value = object.get(field);
        if (value == null) {
            return byDefault;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
            throw new BadRequest(400, field + ": expected a whole number from " + min + " to " + max);
        }
        return value.intValue();
    }
}
