package io.kvops.server.tasks;

import io.kvops.server.config.Section;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What tasks of the collector may touch, and how many run at once. Immutable.
 *
 * @param roots folders below which files may be that somebody names from afar, absolute; none: {@code files} under the data folder
 * @param maxRunning tasks that run at once, 1 to 64
 */
public record DeskConfig(List<Path> roots, int maxRunning) {
    /** Files under the data folder, four tasks at once. */
    public static final DeskConfig DEFAULTS = new DeskConfig(List.of(), 4);

    private static final int ROOTS_MAX = 100;

    public DeskConfig {
        roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
        if (roots.size() > ROOTS_MAX) {
            throw new IllegalArgumentException("roots: " + roots.size() + " (expected at most " + ROOTS_MAX + ")");
        }
        if (maxRunning < 1 || maxRunning > 64) {
            throw new IllegalArgumentException("maxRunning: " + maxRunning + " (expected 1 to 64)");
        }
    }

    /** Reads the section {@code tasks}; what is not written is as in a base. */
    public static DeskConfig read(Section tasks, DeskConfig base) {
        List<Path> roots = new ArrayList<>();
        for (String root :
                tasks.texts("roots", base.roots().stream().map(Path::toString).toList())) {
            try {
                roots.add(Path.of(root));
            } catch (InvalidPathException e) {
                tasks.problem("roots", root + " (expected folders)");
            }
        }
        int running = tasks.integer("maxRunning", base.maxRunning(), 1, 64);
        return tasks.checked(() -> new DeskConfig(roots, running), base);
    }
}
