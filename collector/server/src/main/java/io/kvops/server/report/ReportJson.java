package io.kvops.server.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.kvops.analyzer.Comparison;
import io.kvops.analyzer.GroupBy;
import io.kvops.analyzer.Report;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.forecast.Shape;
import java.io.IOException;
import java.util.Locale;

/**
 * Writes records as JSON, and reads those back that a collector wrote: components by their names and in their order, instants as ISO-8601 text in UTC, what operations are
 * grouped by as the fields of a report are named, numbers that JSON has no text for as null, one final line feed. Any thread
 * may call.
 */
public final class ReportJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(texts())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();
    private static final ObjectWriter INDENTED = MAPPER.writerWithDefaultPrettyPrinter();

    private ReportJson() {}

    /** The text of {@code report.json}, indented. */
    public static String render(Report report) {
        return write(INDENTED, report) + "\n";
    }

    /** Any record on one line, without a line feed. */
    public static String line(Record value) {
        return write(MAPPER.writer(), value);
    }

    /** Any record, indented. */
    public static String indented(Record value) {
        return write(INDENTED, value) + "\n";
    }

    /**
     * Reads a record that was written as here; unknown fields are passed over, null is NaN where a number stands.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static <T extends Record> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /** What a constant is called in JSON and in addresses: {@code OP_CLASS} is {@code opClass}. */
    public static String name(Enum<?> constant) {
        String[] words = constant.name().toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder name = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i], 1, words[i].length());
        }
        return name.toString();
    }

    private static SimpleModule texts() {
        JsonSerializer<Double> number = new JsonSerializer<>() {
            @Override
            public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
                if (Double.isFinite(value)) {
                    json.writeNumber(value.doubleValue());
                } else {
                    json.writeNull();
                }
            }
        };
        return new SimpleModule()
                .addSerializer(Double.class, number)
                .addSerializer(double.class, number)
                .addSerializer(GroupBy.class, value())
                .addSerializer(Comparison.Metric.class, value())
                .addSerializer(Dimension.class, value())
                .addSerializer(Shape.Season.class, value())
                .addDeserializer(double.class, number())
                .addDeserializer(Double.class, number())
                .addKeySerializer(GroupBy.class, new JsonSerializer<>() {
                    @Override
                    public void serialize(GroupBy value, JsonGenerator json, SerializerProvider provider)
                            throws IOException {
                        json.writeFieldName(name(value));
                    }
                });
    }

    private static JsonDeserializer<Double> number() {
        return new JsonDeserializer<>() {
            @Override
            public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return json.getDoubleValue();
            }

            @Override
            public Double getNullValue(DeserializationContext context) {
                return Double.NaN;
            }
        };
    }

    private static <E extends Enum<E>> JsonSerializer<E> value() {
        return new JsonSerializer<>() {
            @Override
            public void serialize(E value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(name(value));
            }
        };
    }

    private static String write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass().getSimpleName() + " can't be written as JSON", e);
        }
    }
}
