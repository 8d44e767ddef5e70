package io.kvops.migration.filter;

import io.kvops.stores.data.RecordType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which records are meant: those that pass all of it. Immutable.
 *
 * @param match globs as {@code user:*}; a key passes that matches one; none: every key
 * @param regex to be found in the key, read as UTF-8; empty: any
 * @param types none: every type
 * @param ttl seconds until the expiry as {@link Range}, {@code none} for records without, {@code any} for those with one; empty: all
 * @param size bytes of key and value
 * @param sample share of keys, more than 0 to 1; which ones depends on the key alone, so that it is the same each time
 * @param where a CEL expression over {@link Where}'s variables; empty: all
 */
public record Filter(
        List<String> match, String regex, Set<RecordType> types, String ttl, Range size, double sample, String where) {
    private static final Set<String> WORDS = Set.of("", "none", "any");

    /** All records. */
    public static final Filter ALL = new Filter(List.of(), "", Set.of(), "", Range.ALL, 1, "");

    public Filter {
        match = List.copyOf(match);
        types = Set.copyOf(types);
        if (!(sample > 0 && sample <= 1)) {
            throw new IllegalArgumentException("sample: " + sample + " (expected more than 0, at most 1)");
        }
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "regex: '" + regex + "': " + e.getDescription() + " at " + e.getIndex(), e);
        }
        if (!WORDS.contains(ttl)) {
            try {
                Range.parse(ttl);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "ttl: '" + ttl + "' (expected none, any, or seconds as FROM..TO)", e);
            }
        }
        if (!where.isEmpty()) {
            Where.compile(where);
        }
    }

    public Filter withMatch(List<String> globs) {
        return new Filter(globs, regex, types, ttl, size, sample, where);
    }

    public Filter withRegex(String newRegex) {
        return new Filter(match, newRegex, types, ttl, size, sample, where);
    }

    public Filter withTypes(Set<RecordType> newTypes) {
        return new Filter(match, regex, newTypes, ttl, size, sample, where);
    }

    public Filter withTtl(String newTtl) {
        return new Filter(match, regex, types, newTtl, size, sample, where);
    }

    public Filter withSize(Range newSize) {
        return new Filter(match, regex, types, ttl, newSize, sample, where);
    }

    public Filter withSample(double share) {
        return new Filter(match, regex, types, ttl, size, share, where);
    }

    public Filter withWhere(String expression) {
        return new Filter(match, regex, types, ttl, size, sample, expression);
    }

    /** Reads the name of a type, in any case. */
    public static RecordType type(String name) {
        for (RecordType type : RecordType.values()) {
            if (type.name().equalsIgnoreCase(name.strip())) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "type: '" + name + "' (expected one of string, hash, list, set, zset, stream)");
    }

    /** As texts, for {@link #of}. */
    public Map<String, String> toMap() {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < match.size(); i++) {
            map.put("match." + i, match.get(i));
        }
        map.put("regex", regex);
        map.put(
                "types",
                String.join(
                        ",",
                        new TreeSet<>(types.stream()
                                .map(t -> t.name().toLowerCase(Locale.ROOT))
                                .toList())));
        map.put("ttl", ttl);
        map.put("size", size.toString());
        map.put("sample", Double.toString(sample));
        map.put("where", where);
        return map;
    }

    /** Reads what {@link #toMap} made. */
    public static Filter of(Map<String, String> map) {
        Set<RecordType> types = new TreeSet<>();
        for (String name : map.getOrDefault("types", "").split(",", -1)) {
            if (!name.isBlank()) {
                types.add(type(name));
            }
        }
        List<String> globs = new java.util.ArrayList<>();
        for (int i = 0; map.containsKey("match." + i); i++) {
            globs.add(map.getOrDefault("match." + i, ""));
        }
        return new Filter(
                globs,
                map.getOrDefault("regex", ""),
                types,
                map.getOrDefault("ttl", ""),
                Range.parse(map.getOrDefault("size", "0..")),
                Double.parseDouble(map.getOrDefault("sample", "1")),
                map.getOrDefault("where", ""));
    }
}
