package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script ./kvops. This build has just made all that it would build. */
@DisabledOnOs(OS.WINDOWS)
class ScriptIT {
    private static final String SCRIPT = Installation.ROOT.resolve("kvops").toString();

    @TempDir
    private Path folder;

    private record Ended(int exit, String out, String err) {}

    @Test
    void version_isAllThatIsOnStdout() throws Exception {
        Ended ended = run(Map.of(), SCRIPT, "--version");
        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.out()).matches("kvops \\S+\\R");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void agentJar_isAnAbsolutePath_alsoThroughALink_andFromElsewhere() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(SCRIPT));
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));
        Ended ended = run(Map.of(), second.toString(), "agent-jar");
        assertThat(ended.exit()).as(ended.err()).isZero();
        Path jar = Path.of(ended.out().strip());
        assertThat(jar).isAbsolute().isRegularFile();
        assertThat(jar.toRealPath())
                .isEqualTo(Installation.ROOT
                        .resolve("agent/core/target/kvops-agent.jar")
                        .toRealPath());
    }

    @Test
    void agentJar_asJson() throws Exception {
        Ended ended = run(Map.of(), SCRIPT, "agent-jar", "--json");
        assertThat(new ObjectMapper().readTree(ended.out()).path("path").asText())
                .endsWith("kvops-agent.jar");
    }

    @Test
    void wrongUsage_isExit2_andFailureExit1() throws Exception {
        assertThat(run(Map.of(), SCRIPT, "nonsense").exit()).isEqualTo(2);
        Ended failed = run(
                Map.of(),
                SCRIPT,
                "collector",
                "--config",
                folder.resolve("none").toString());
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err().lines()).singleElement().asString().contains("no such file");
    }

    @Test
    void processIdIsTheProgramsOwn_andSigtermStopsItCleanly() throws Exception {
        Path data = folder.resolve("data");
        Process process = new ProcessBuilder(
                        SCRIPT,
                        "collector",
                        "--json",
                        "--data",
                        data.toString(),
                        "--ingest-port",
                        "0",
                        "--http-port",
                        "0")
                .redirectError(folder.resolve("err").toFile())
                .start();
        try {
            String line = process.inputReader().readLine();
            assertThat(line).as(Files.readString(folder.resolve("err"))).isNotNull();
            JsonNode ready = new ObjectMapper().readTree(line);
            assertThat(ready.path("pid").asLong()).isEqualTo(process.pid());
            assertThat(data.resolve("collector.json")).exists();

            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(data.resolve("collector.json")).doesNotExist();
            // the one thing to know about a door without a login
            assertThat(Files.readAllLines(folder.resolve("err")))
                    .singleElement()
                    .asString()
                    .contains("WARN HttpDoor - http.tokens is empty: everybody who reaches 127.0.0.1:");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void noJava_isOneLine() throws Exception {
        Path tools = onlyTools("readlink", "dirname", "sed", "head");
        Ended ended = run(Map.of("PATH", tools.toString(), "JAVA_HOME", ""), SCRIPT, "--version");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines()).singleElement().asString().contains("needs Java 17 or newer");
    }

    @Test
    void oldJavaHome_isPassedOver() throws Exception {
        Path old = Files.createDirectories(folder.resolve("jdk11/bin"));
        Files.writeString(folder.resolve("jdk11/release"), "JAVA_VERSION=\"11.0.2\"\n");
        Files.writeString(old.resolve("java"), "#!/bin/sh\nexit 99\n");
        assertThat(old.resolve("java").toFile().setExecutable(true)).isTrue();
        String path = Path.of(Installation.JAVA).getParent() + ":" + System.getenv("PATH");

        assertThat(run(Map.of("JAVA_HOME", folder.resolve("jdk11").toString(), "PATH", path), SCRIPT, "--version")
                        .exit())
                .isZero();

        Path tools = onlyTools("readlink", "dirname", "sed", "head");
        Ended alone = run(
                Map.of("JAVA_HOME", folder.resolve("jdk11").toString(), "PATH", tools.toString()), SCRIPT, "--version");
        assertThat(alone.exit()).isEqualTo(1);
        assertThat(alone.err()).contains("Java 11");
    }

    /** A folder that holds links to these programs and no Java. */
    private Path onlyTools(String... names) throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        List<String> wanted = new ArrayList<>(List.of(names));
        wanted.add("bash");
        for (String name : wanted) {
            for (String place : List.of("/usr/bin", "/bin")) {
                if (Files.exists(Path.of(place, name)) && Files.notExists(tools.resolve(name))) {
                    Files.createSymbolicLink(tools.resolve(name), Path.of(place, name));
                }
            }
        }
        return tools;
    }

    private Ended run(Map<String, String> environment, String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
