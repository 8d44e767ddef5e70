package io.kvops.agent.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The JDKs to test on: the one that runs the tests, and a JDK 25. */
public final class Jdks {
    private Jdks() {}

    public static Path current() {
        return Path.of(System.getProperty("java.home"));
    }

    /**
     * A JDK 25: that of the property {@code kvops.jdk25}, the variable {@code JDK25_HOME}, or one in the usual folders. A test
     * that asks without there being one is skipped, or fails where {@code kvops.requireServices} is set.
     */
    public static Path jdk25() {
        for (Path home : candidates()) {
            if (isJdk25(home)) {
                return home;
            }
        }
        String message = "no JDK 25 found; install one and name it with -Dkvops.jdk25=HOME";
        if (Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError(message);
        }
        Assumptions.abort(message);
        throw new AssertionError(message);
    }

    private static List<Path> candidates() {
        List<Path> homes = new ArrayList<>();
        for (String named : new String[] {System.getProperty("kvops.jdk25"), System.getenv("JDK25_HOME")}) {
            if (named != null && !named.isEmpty()) {
                homes.add(Path.of(named));
            }
        }
        String user = System.getProperty("user.home");
        for (String folder :
                List.of("/usr/lib/jvm", "/opt", "/usr/java", user + "/.sdkman/candidates/java", user + "/.jdks")) {
            try (Stream<Path> found = Files.list(Path.of(folder))) {
                found.forEach(homes::add);
            } catch (IOException e) {
                // no such folder here
            }
        }
        return homes;
    }

    private static boolean isJdk25(Path home) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"25");
        } catch (IOException e) {
            return false;
        }
    }
}
