package io.kvops.server.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.kvops.analyzer.Report;

/**
 * Writes records as JSON: components by their names and in their order, instants as ISO-8601 text in UTC, one final line
 * feed. Any thread may call.
 */
public final class ReportJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
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

    private static String write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass().getSimpleName() + " can't be written as JSON", e);
        }
    }
}
