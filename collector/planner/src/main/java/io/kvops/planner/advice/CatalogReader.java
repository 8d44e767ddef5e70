package io.kvops.planner.advice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a catalog token by token, so that whatever is wrong has a line. */
final class CatalogReader {
    private static final Set<String> TOP =
            Set.of("currency", "dated", "source", "hoursPerMonth", "hoursPerYear", "shapes");
    private static final Set<String> SHAPE = Set.of("name", "vcpus", "memory", "disk", "connections", "pricePerHour");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(KiB|MiB|GiB|TiB)?");
    private static final int SHAPES_MAX = 10_000;
    private static final BigDecimal PRICE_MAX = BigDecimal.valueOf(1_000_000);

    private final String file;

    CatalogReader(String file) {
        this.file = file;
    }

    private record Value(String text, int line) {}

    Catalog read(String text) {
        try (YAMLParser p = new YAMLFactory().createParser(text)) {
            Map<String, Value> top = new LinkedHashMap<>();
            List<InstanceShape> shapes = new ArrayList<>();
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw wrong(1, "a catalog is a map with " + sorted(TOP));
            }
            Set<String> seen = new HashSet<>();
            while (p.nextToken() != JsonToken.END_OBJECT) {
                String key = key(p, TOP, seen);
                if (key.equals("shapes")) {
                    shapes(p, shapes);
                } else {
                    top.put(key, scalar(p, key));
                }
            }
            if (p.nextToken() != null) {
                throw wrong(line(p), "something follows the catalog");
            }
            complete(seen, TOP, 1, "the catalog");
            return new Catalog(
                    word(top, "currency"),
                    date(top),
                    word(top, "source"),
                    whole(top, "hoursPerMonth", 1, 744),
                    whole(top, "hoursPerYear", 1, 8_784),
                    shapes);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw wrong(
                    line,
                    "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw wrong(1, e.toString());
        }
    }

    private void shapes(YAMLParser p, List<InstanceShape> shapes) throws IOException {
        if (p.nextToken() != JsonToken.START_ARRAY) {
            throw wrong(line(p), "shapes: expected a list");
        }
        Set<String> names = new HashSet<>();
        while (p.nextToken() != JsonToken.END_ARRAY) {
            int line = line(p);
            if (p.currentToken() != JsonToken.START_OBJECT) {
                throw wrong(line, "a shape is a map with " + sorted(SHAPE));
            }
            Map<String, Value> v = new LinkedHashMap<>();
            Set<String> seen = new HashSet<>();
            while (p.nextToken() != JsonToken.END_OBJECT) {
                String key = key(p, SHAPE, seen);
                v.put(key, scalar(p, key));
            }
            complete(seen, SHAPE, line, "the shape");
            String name = word(v, "name");
            if (!names.add(name)) {
                throw wrong(line, "name: '" + name + "' is there twice");
            }
            if (shapes.size() >= SHAPES_MAX) {
                throw wrong(line, "more than " + SHAPES_MAX + " shapes");
            }
            shapes.add(new InstanceShape(
                    name,
                    whole(v, "vcpus", 1, 10_000),
                    size(v, "memory", 1),
                    size(v, "disk", 0),
                    whole(v, "connections", 1, 100_000_000),
                    price(v)));
        }
        if (shapes.isEmpty()) {
            throw wrong(line(p), "shapes: expected at least one");
        }
    }

    private String key(YAMLParser p, Set<String> known, Set<String> seen) throws IOException {
        String key = p.currentName();
        if (!known.contains(key)) {
            throw wrong(line(p), "unknown key '" + key + "' (known: " + sorted(known) + ")");
        }
        if (!seen.add(key)) {
            throw wrong(line(p), "key '" + key + "' is there twice");
        }
        return key;
    }

    private Value scalar(YAMLParser p, String key) throws IOException {
        JsonToken token = p.nextToken();
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw wrong(line(p), key + ": expected a single value");
        }
        return new Value(p.getText().strip(), line(p));
    }

    private void complete(Set<String> seen, Set<String> known, int line, String what) {
        for (String key : sorted(known)) {
            if (!seen.contains(key)) {
                throw wrong(line, what + " has no '" + key + "'");
            }
        }
    }

    private String word(Map<String, Value> all, String key) {
        Value v = value(all, key);
        if (v.text.isEmpty() || v.text.length() > 300) {
            throw wrong(v.line, key + ": expected 1 to 300 characters");
        }
        return v.text;
    }

    private LocalDate date(Map<String, Value> all) {
        Value v = value(all, "dated");
        try {
            return LocalDate.parse(v.text);
        } catch (DateTimeParseException e) {
            throw wrong(v.line, "dated: '" + v.text + "' (expected a day such as 2026-06-17)");
        }
    }

    private int whole(Map<String, Value> all, String key, int least, int most) {
        Value v = value(all, key);
        try {
            int n = Integer.parseInt(v.text);
            if (n >= least && n <= most) {
                return n;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(v.line, key + ": '" + v.text + "' (expected a whole number from " + least + " to " + most + ")");
    }

    private long size(Map<String, Value> all, String key, long least) {
        Value v = value(all, key);
        Matcher m = SIZE.matcher(v.text);
        if (m.matches()) {
            @Nullable String unit = m.group(2);
            int shift = unit == null ? 0 : 10 * (1 + "KMGT".indexOf(unit.charAt(0)));
            long n = Long.parseLong(m.group(1));
            if (n >= least && n <= Long.MAX_VALUE >> shift) {
                return n << shift;
            }
        }
        throw wrong(v.line, key + ": '" + v.text + "' (expected bytes, or a whole number of KiB, MiB, GiB or TiB)");
    }

    private BigDecimal price(Map<String, Value> all) {
        Value v = value(all, "pricePerHour");
        try {
            BigDecimal price = new BigDecimal(v.text);
            if (price.signum() > 0 && price.compareTo(PRICE_MAX) <= 0 && price.scale() <= 12) {
                return price;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(v.line, "pricePerHour: '" + v.text + "' (expected a price above 0, such as 0.0816)");
    }

    private Value value(Map<String, Value> all, String key) {
        Value v = all.get(key);
        if (v == null) {
            throw wrong(1, "no '" + key + "'");
        }
        return v;
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    private static int line(YAMLParser p) {
        return p.currentTokenLocation().getLineNr();
    }

    private CatalogException wrong(int line, String what) {
        return new CatalogException(file + ", line " + line + ": " + what);
    }
}
