package io.kvops.rules;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a metric without what is written into it: dots and underscores are the same, {@code {folder="/data"}} and
 * {@code @endpoint} at the end are labels. Immutable.
 *
 * @param name letters, digits and underscores
 * @param labels what stood in the name
 */
public record MetricName(String name, Map<String, String> labels) {
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"]*)\"");

    public MetricName {
        labels = Map.copyOf(labels);
    }

    /** Of a name as it is measured. */
    public static MetricName of(String written) {
        int brace = written.indexOf('{');
        int at = written.indexOf('@');
        Map<String, String> labels = new TreeMap<>();
        String name = written;
        if (brace >= 0) {
            Matcher label = LABEL.matcher(written.substring(brace));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            name = written.substring(0, brace);
        } else if (at >= 0) {
            labels.put("endpoint", written.substring(at + 1));
            name = written.substring(0, at);
        }
        return new MetricName(plain(name), labels);
    }

    /** A name with nothing in it, as an expression writes it. */
    static String plain(String name) {
        StringBuilder made = null;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_') {
                made = made == null ? new StringBuilder(name) : made;
                made.setCharAt(i, '_');
            }
        }
        return made == null ? name : made.toString();
    }
}
