package io.kvops.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The driver unpacks 70 MB of native code to a temporary file at each start, and removes it at exit, unless the process is
 * killed. Linux needs no name for a file that is mapped: it is removed as soon as it is loaded.
 */
final class NativeLibrary {
    private static final Path MAPS = Path.of("/proc/self/maps");

    private NativeLibrary() {}

    static void unlink() {
        if (!Files.isReadable(MAPS)) {
            return;
        }
        Path temp = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        try {
            List<String> mapped = Files.readAllLines(MAPS).stream()
                    .filter(line -> line.contains("/libduckdb_java") && line.endsWith(".so"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .toList();
            for (String file : mapped) {
                if (Path.of(file).startsWith(temp)) {
                    Files.deleteIfExists(Path.of(file));
                }
            }
        } catch (IOException e) {
            // then it is removed at exit
        }
    }
}
