package io.kvops.stores.prometheus;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names of Prometheus as names of gauges: dots for underscores, and a unit last. Prometheus' own habits put the unit there
 * already ({@code process_cpu_seconds_total}); what has none is a count if it is a counter, else a value.
 */
final class GaugeNames {
    private static final Set<String> UNITS = Set.of("bytes", "seconds", "millis", "ratio", "count", "value");
    private static final int MAX_LABEL_CHARS = 150;
    private static final int MAX_WORDS_CHARS = 120;
    /** What a gauge's name may have, of which the braces and the end of a name that was cut take some. */
    private static final int MAX_CHARS = 250 - 12;

    private GaugeNames() {}

    static String of(String name, boolean counter, Map<String, String> labels) {
        String words = name.toLowerCase(Locale.ROOT).replaceAll("[_:]+", ".").replaceAll("^\\.|\\.$", "");
        boolean grows = words.endsWith(".total");
        if (grows) {
            words = words.substring(0, words.length() - ".total".length());
        }
        boolean sums = words.endsWith(".sum") && counter;
        if (sums) {
            words = words.substring(0, words.length() - ".sum".length());
        }
        if (words.length() > MAX_WORDS_CHARS) {
            // cut, and still one name for one metric
            words = words.substring(0, MAX_WORDS_CHARS).replaceAll("\\.$", "") + "-"
                    + Integer.toHexString(words.hashCode());
        }
        String last = words.substring(words.lastIndexOf('.') + 1);
        // a unit alone says of nothing what it counts
        if (!UNITS.contains(last) || last.length() == words.length()) {
            words += grows || counter ? ".count" : ".value";
        }
        if (!Character.isLetter(words.charAt(0))) {
            words = "x" + words;
        }
        String gauge = words + (grows || counter ? ".total" : "");
        return gauge + labels(labels, Math.min(MAX_LABEL_CHARS, MAX_CHARS - gauge.length()));
    }

    private static String labels(Map<String, String> labels, int maxChars) {
        if (labels.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        labels.forEach((name, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(clean(name))
                .append("=\"")
                .append(clean(value))
                .append('"'));
        if (text.length() > maxChars) {
            // cut, and still one name for one series
            String all = text.toString();
            text.setLength(maxChars);
            text.append("~").append(Integer.toHexString(all.hashCode()));
        }
        return "{" + text + "}";
    }

    /** A line that is not as it should be may have anything as a label's name, too. */
    private static String clean(String text) {
        return text.replaceAll("[\"{}\\\\]|\\p{Cntrl}", "_");
    }
}
