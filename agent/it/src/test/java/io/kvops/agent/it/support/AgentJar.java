package io.kvops.agent.it.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the built agent is. */
public final class AgentJar {
    private AgentJar() {}

    public static Path path() {
        Path root = Path.of(System.getProperty("kvops.root", "../.."))
                .toAbsolutePath()
                .normalize();
        Path jar = root.resolve("agent/core/target/kvops-agent.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    jar + " is missing; build it with: ./mvnw package -pl agent/core -am -DskipTests");
        }
        return jar;
    }
}
