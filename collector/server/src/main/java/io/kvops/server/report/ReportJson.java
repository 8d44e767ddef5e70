package io.kvops.server.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
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
import java.io.IOException;
import java.util.Locale;

/**
 * Writes records as JSON: components by their names and in their order, instants as ISO-8601 text in UTC, what operations are
 * grouped by as the fields of a report are named, numbers that JSON has no text for as null, one final line feed. Any thread
 * may call.
 */
public final class ReportJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(texts())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
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
                .addKeySerializer(GroupBy.class, new JsonSerializer<>() {
                    @Override
                    public void serialize(GroupBy value, JsonGenerator json, SerializerProvider provider)
                            throws IOException {
                        json.writeFieldName(name(value));
                    }
                });
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
