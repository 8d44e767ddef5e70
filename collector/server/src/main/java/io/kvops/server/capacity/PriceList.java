package io.kvops.server.capacity;

import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.CatalogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** The catalog in a file, read again when the file changes. One that is wrong is not taken: the one before stays. Any thread. */
final class PriceList {
    private final Path file;
    private @Nullable Catalog catalog;
    private @Nullable FileTime readAt;
    private String problem = "";

    PriceList(Path file) {
        this.file = file;
    }

    /**
     * The newest that was right.
     *
     * @throws IllegalArgumentException if there never was one; the message says why
     */
    synchronized Catalog catalog() {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                readAt = changed;
                catalog = Catalog.load(file);
                problem = "";
            }
        } catch (CatalogException e) {
            problem = String.valueOf(e.getMessage());
        } catch (IOException e) {
            problem = file + ": cannot be read: " + e;
        }
        Catalog known = catalog;
        if (known == null) {
            // asked again, it is read again
            readAt = null;
            throw new IllegalArgumentException("no prices: " + problem);
        }
        return known;
    }

    /** Why the file as it is now was not taken; empty if it was. */
    synchronized String problem() {
        return problem;
    }
}
