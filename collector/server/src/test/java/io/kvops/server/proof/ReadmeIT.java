package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types what README.md tells people to type, in its order. A fenced {@code sh} block right after the line
 * {@code <!-- tested -->} is run by bash and has to end with exit code 0. All run in one folder that holds links to ./kvops and
 * ./config, and an application named your-application.jar.
 */
@DisabledOnOs(OS.WINDOWS)
class ReadmeIT {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^<!-- tested -->\\s*\\R```sh\\R(.*?)^```");
    private static final int SECONDS = 180;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("the commands of README.md do what it says")
    void commands_endWell() throws Exception {
        List<String> blocks = blocks();
        assertThat(blocks).isNotEmpty();
        assumeTrue(
                !Boolean.getBoolean("kvops.requireServices") ? isFree(7171) && isFree(7180) : true,
                "ports 7171 and 7180 are in use; stop what listens there to have README.md tested");
        for (String name : List.of("kvops", "config")) {
            Files.createSymbolicLink(folder.resolve(name), Installation.ROOT.resolve(name));
        }
        makeApplication(folder.resolve("your-application.jar"));
        for (String script : blocks) {
            Path said = Files.createTempFile(folder, "said", "");
            Process process = start(script, said);
            try {
                assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                        .as(script)
                        .isTrue();
                assertThat(process.exitValue())
                        .as(script + Files.readString(said))
                        .isZero();
            } finally {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        }
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(Installation.ROOT.resolve("README.md")));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private Process start(String script, Path said) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .redirectInput(new File("/dev/null"));
        String java = Path.of(Installation.JAVA).getParent().toString();
        builder.environment().put("PATH", java + File.pathSeparator + System.getenv("PATH"));
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
        return builder.start();
    }

    private static void makeApplication(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, AppProcess.Idle.class.getName());
        String name = AppProcess.Idle.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new ZipEntry(name));
            out.write(Files.readAllBytes(Installation.ROOT
                    .resolve("collector/server/target/test-classes")
                    .resolve(name)));
            out.closeEntry();
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (java.net.BindException e) {
            return false;
        }
    }
}
