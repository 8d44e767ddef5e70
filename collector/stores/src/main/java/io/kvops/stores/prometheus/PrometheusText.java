package io.kvops.stores.prometheus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads Prometheus' text format, version 0.0.4 (also what OpenMetrics has in common with it): samples and their types.
 * Bounded; lines that are not as they should be are counted. Source: prometheus.io/docs/instrumenting/exposition_formats.
 */
public final class PrometheusText {
    /** Samples of one answer, more are counted only. */
    public static final int MAX_SAMPLES = 50_000;

    private static final int MAX_LABEL_CHARS = 200;
    private static final int MAX_LABELS = 32;

    private final List<Sample> samples = new ArrayList<>();
    private final Map<String, String> types = new HashMap<>();
    private int skipped;
    private int bad;

    private PrometheusText() {}

    /**
     * One sample.
     *
     * @param name as the endpoint says it
     * @param labels sorted by name; values cut after 200 characters
     * @param value may be infinite or NaN
     */
    public record Sample(String name, Map<String, String> labels, double value) {}

    /** Reads all of an answer. */
    public static PrometheusText parse(String text) {
        PrometheusText found = new PrometheusText();
        text.lines().forEach(found::line);
        return found;
    }

    /** In their order. */
    public List<Sample> samples() {
        return samples;
    }

    /** The declared type of a family: counter, gauge, histogram, summary, untyped. */
    public String type(String family) {
        return types.getOrDefault(family, "untyped");
    }

    /** Samples beyond the bound. */
    public int skipped() {
        return skipped;
    }

    /** Lines that could not be read. */
    public int bad() {
        return bad;
    }

    /** The only sample of this name, or the sum of all; NaN if there is none. */
    public double sum(String name) {
        double sum = Double.NaN;
        for (Sample sample : samples) {
            if (sample.name().equals(name)) {
                sum = Double.isNaN(sum) ? sample.value() : sum + sample.value();
            }
        }
        return sum;
    }

    private void line(String raw) {
        String line = raw.strip();
        if (line.isEmpty()) {
            return;
        }
        if (line.charAt(0) == '#') {
            String[] words = line.split("\\s+", 4);
            if (words.length == 4 && words[1].equals("TYPE") && types.size() < MAX_SAMPLES) {
                types.put(words[2], words[3].strip());
            }
            return;
        }
        if (samples.size() >= MAX_SAMPLES) {
            skipped++;
            return;
        }
        try {
            samples.add(new Line(line).sample());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            bad++;
        }
    }

    /** A cursor over {@code name{label="value",...} value [timestamp]}. */
    private static final class Line {
        private final String text;
        private int at;

        private Line(String text) {
            this.text = text;
        }

        private Sample sample() {
            String name = word("{ \t");
            if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
                throw new IllegalArgumentException("name");
            }
            Map<String, String> labels = new TreeMap<>();
            blanks();
            if (at < text.length() && text.charAt(at) == '{') {
                at++;
                labels(labels);
            }
            blanks();
            return new Sample(name, labels, number(word(" \t")));
        }

        private void labels(Map<String, String> labels) {
            while (true) {
                blanks();
                if (text.charAt(at) == '}') {
                    at++;
                    return;
                }
                String name = word("= \t");
                blanks();
                expect('=');
                blanks();
                expect('"');
                String value = quoted();
                if (labels.size() < MAX_LABELS) {
                    labels.put(name, value);
                }
                blanks();
                if (text.charAt(at) == ',') {
                    at++;
                }
            }
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c == '\\') {
                    char escaped = text.charAt(at++);
                    c = escaped == 'n' ? '\n' : escaped;
                }
                if (value.length() < MAX_LABEL_CHARS) {
                    value.append(c);
                }
            }
            at++;
            return value.toString();
        }

        private void expect(char c) {
            if (text.charAt(at++) != c) {
                throw new IllegalArgumentException("expected " + c);
            }
        }

        private void blanks() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private String word(String ends) {
            int from = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(from, at);
        }

        private static double number(String word) {
            return switch (word) {
                case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(word);
            };
        }
    }
}
