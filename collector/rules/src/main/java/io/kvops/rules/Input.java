package io.kvops.rules;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One thing that an expression needs of a series: its newest value, or what a function makes of a window.
 *
 * @param function how
 * @param metric of what, by its plain name
 * @param windowMillis how far back; 0 for the newest value
 * @param horizonMillis for {@code reaches}: how far ahead
 * @param limitMetric for {@code reaches}: the metric that holds the limit; empty for a number
 * @param factor for {@code reaches}: the number, or what the limit is multiplied with
 * @param confidence for {@code reaches}: above 0, below 1
 */
record Input(
        Function function,
        String metric,
        long windowMillis,
        long horizonMillis,
        String limitMetric,
        double factor,
        double confidence) {

    /** What is made of a window. Those of Prometheus mean what they mean there. */
    enum Function {
        VALUE(""),
        RATE("rate"),
        INCREASE("increase"),
        DELTA("delta"),
        AVG("avg_over_time"),
        MIN("min_over_time"),
        MAX("max_over_time"),
        SUM("sum_over_time"),
        COUNT("count_over_time"),
        LAST("last_over_time"),
        REACHES("reaches");

        private static final Map<String, Function> BY_NAME = new TreeMap<>();

        static {
            for (Function function : values()) {
                BY_NAME.put(function.written, function);
            }
        }

        final String written;

        Function(String written) {
            this.written = written;
        }

        static boolean has(String written) {
            return BY_NAME.containsKey(written);
        }

        static Function of(String written) {
            return BY_NAME.getOrDefault(written, VALUE);
        }
    }

    static Input value(String metric) {
        return new Input(Function.VALUE, metric, 0, 0, "", 0, 0);
    }

    /** The metrics whose samples it needs. */
    List<String> metrics() {
        return limitMetric.isEmpty() ? List.of(metric) : List.of(metric, limitMetric);
    }
}
