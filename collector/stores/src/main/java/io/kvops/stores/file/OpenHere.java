package io.kvops.stores.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether this very process has a file open. POSIX locks belong to the process: closing any descriptor of a file gives up
 * all locks that the process holds on it (fcntl(2)), so a file that is in use here must not be opened a second time.
 */
final class OpenHere {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private OpenHere() {}

    static boolean is(Path file) {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return false;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            Path real = file.toRealPath();
            for (Path link : open) {
                try {
                    if (Files.readSymbolicLink(link).equals(real)) {
                        return true;
                    }
                } catch (IOException e) {
                    // closed meanwhile
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
