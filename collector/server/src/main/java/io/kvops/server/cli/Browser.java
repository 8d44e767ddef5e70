package io.kvops.server.cli;

import java.io.IOException;
import java.util.List;

/** Opens a page for a person, where there is a display; does nothing where there is none. */
final class Browser {
    private Browser() {}

    static void open(String url) {
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        boolean display = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        if (!mac && !display) {
            return;
        }
        try {
            new ProcessBuilder(List.of(mac ? "open" : "xdg-open", url))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // no such program: the address has been printed
        }
    }
}
