package io.kvops.planner.advice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What machines there are and what they cost, with where the prices are from: {@code config/instances.yaml}.
 *
 * @param currency of all prices
 * @param dated when they were taken
 * @param source where from
 * @param hoursPerMonth above 0
 * @param hoursPerYear above 0
 * @param shapes at least one, no two of a name
 */
public record Catalog(
        String currency,
        LocalDate dated,
        String source,
        int hoursPerMonth,
        int hoursPerYear,
        List<InstanceShape> shapes) {
    private static final long SIZE_MAX = 4 << 20;

    public Catalog {
        shapes = List.copyOf(shapes);
    }

    /**
     * Reads a file.
     *
     * @throws CatalogException if it can't be read, or anything in it is wrong
     */
    public static Catalog load(Path file) {
        try {
            if (Files.size(file) > SIZE_MAX) {
                throw new CatalogException(
                        file + ": " + Files.size(file) + " bytes (expected at most " + SIZE_MAX + ")");
            }
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new CatalogException(file + ": cannot be read: " + e + "; name another with --price-file");
        }
    }

    /** Reads a text; the name is for messages. */
    public static Catalog parse(String text, String name) {
        return new CatalogReader(name).read(text);
    }

    /** The shape of a name. */
    public Optional<InstanceShape> shape(String name) {
        return shapes.stream().filter(s -> s.name().equals(name)).findFirst();
    }
}
