package io.kvops.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Tells whether files became others since they were last taken. Guarded by who has it. */
final class FileWatch {
    private static final String ABSENT = "absent";

    private Map<Path, String> taken;
    private Map<Path, String> seen;

    FileWatch(Collection<Path> files) {
        taken = look(files);
        seen = taken;
    }

    /** Watches these from now on; what was seen of those that were watched before stays. */
    void watch(Collection<Path> files) {
        Map<Path, String> looks = look(files);
        looks.replaceAll((file, look) -> taken.getOrDefault(file, look));
        taken = looks;
        seen = looks;
    }

    /**
     * True once after a change, when two looks in a row saw the same: an editor is done by then. That a file is absent is
     * none, for an editor that renames lets it be for a moment; but it does not hide that another one changed, and that it is
     * back is a change if it was absent when that was taken.
     */
    boolean changed() {
        Map<Path, String> now = look(taken.keySet());
        boolean settled = now.equals(seen);
        seen = now;
        boolean another = now.entrySet().stream()
                .anyMatch(file ->
                        !file.getValue().equals(ABSENT) && !file.getValue().equals(taken.get(file.getKey())));
        if (!settled || !another) {
            return false;
        }
        taken = now;
        return true;
    }

    private static Map<Path, String> look(Collection<Path> files) {
        Map<Path, String> looks = new TreeMap<>();
        for (Path file : files) {
            String look;
            try {
                // follows symbolic links: a mounted configuration is changed by turning one
                BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                look = is.size() + " " + is.lastModifiedTime() + " " + is.fileKey();
            } catch (IOException e) {
                look = ABSENT;
            }
            looks.put(file, look);
        }
        return looks;
    }
}
