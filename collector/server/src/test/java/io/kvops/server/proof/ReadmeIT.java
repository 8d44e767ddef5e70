package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what the READMEs tell people to type: each fenced {@code sh} block right after the line {@code <!-- tested -->} is one
 * script, run by bash in the root folder with OUT set to an empty folder and HOME to another. It has to end with exit code 0
 * within three minutes.
 */
@DisabledOnOs(OS.WINDOWS)
class ReadmeIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^<!-- tested -->\\s*\\R```sh\\R(.*?)^```");
    private static final List<String> FILES = List.of("README.md", "collector/server/README.md");

    @TempDir
    private Path folder;

    @TestFactory
    @DisplayName("commands of the READMEs")
    Stream<DynamicTest> commands() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : FILES) {
            Path readme = Installation.ROOT.resolve(file);
            if (Files.exists(readme)) {
                Matcher matcher = BLOCK.matcher(Files.readString(readme));
                while (matcher.find()) {
                    String script = matcher.group(1);
                    String name = file + ": " + script.lines().findFirst().orElse("");
                    tests.add(DynamicTest.dynamicTest(name, () -> run(script)));
                }
            }
        }
        return tests.stream();
    }

    private void run(String script) throws Exception {
        Path out = Files.createTempDirectory(folder, "out");
        Path said = Files.createTempFile(folder, "said", "");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(Installation.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("OUT", out.toString());
        builder.environment()
                .put("HOME", Files.createTempDirectory(folder, "home").toString());
        builder.environment().remove("XDG_STATE_HOME");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(script).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(script + "\n" + Files.readString(said))
                .isZero();
    }
}
