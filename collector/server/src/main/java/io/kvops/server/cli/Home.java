package io.kvops.server.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where this kvops is installed: the folder of {@code ./kvops}, which tells it as {@code kvops.home}. */
public final class Home {
    private static final int LEVELS_UP_FROM_JAR = 5;

    private Home() {}

    /** The folder, absolute. */
    public static Path folder() throws Failure {
        String told = System.getProperty("kvops.home");
        Path home = told != null ? Path.of(told) : fromJar();
        if (home == null) {
            throw new Failure("the folder of kvops is not known; start it as ./kvops, or with -Dkvops.home=DIR");
        }
        return home.toAbsolutePath().normalize();
    }

    /** A file of the installation, absolute. */
    public static Path file(String relative) throws Failure {
        Path file = folder().resolve(relative);
        if (!Files.exists(file)) {
            throw new Failure(file + " is missing; build it with ./kvops --version");
        }
        return file;
    }

    /** The agent's jar, absolute. */
    public static Path agentJar() throws Failure {
        return file("agent/core/target/kvops-agent.jar");
    }

    /** HOME/collector/server/target/kvops/kvops.jar is where this code comes from, if it was not started by the script. */
    private static @Nullable Path fromJar() {
        try {
            Path jar = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path home = jar;
            for (int i = 0; i < LEVELS_UP_FROM_JAR && home != null; i++) {
                home = home.getParent();
            }
            return home != null && Files.exists(home.resolve("kvops")) ? home : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
