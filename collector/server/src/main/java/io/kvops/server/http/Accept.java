package io.kvops.server.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Content negotiation: which of the types that there are a request wants (RFC 9110, 12.5.1). */
final class Accept {
    private static final int MOST = 30;

    private Accept() {}

    /** The type with the highest quality; of equal ones the first that is offered. Empty: none is wanted. */
    static Optional<String> choose(@Nullable String header, List<String> offered) {
        if (header == null || header.isBlank()) {
            return offered.stream().findFirst();
        }
        String best = null;
        double bestQuality = 0;
        for (String type : offered) {
            double quality = quality(header, type.split(";", 2)[0].strip());
            if (quality > bestQuality) {
                best = type;
                bestQuality = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Quality of the most specific range that matches. */
    static double quality(String header, String type) {
        double quality = 0;
        int specific = -1;
        for (String part : header.toLowerCase(Locale.ROOT).split(",", MOST)) {
            String[] fields = part.split(";", MOST);
            int match = match(fields[0].strip(), type);
            if (match > specific) {
                specific = match;
                quality = q(fields);
            }
        }
        return quality;
    }

    private static int match(String range, String type) {
        if (range.equals(type)) {
            return 2;
        }
        if (range.equals(type.substring(0, type.indexOf('/') + 1) + "*") && type.indexOf('/') > 0) {
            return 1;
        }
        return range.equals("*/*") || range.equals("*") ? 0 : -1;
    }

    private static double q(String[] fields) {
        for (int i = 1; i < fields.length; i++) {
            String field = fields[i].strip();
            if (field.startsWith("q=")) {
                try {
                    return Double.parseDouble(field.substring(2));
                } catch (NumberFormatException e) {
                    return 1;
                }
            }
        }
        return 1;
    }
}
