package io.kvops.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.agent.boot.Probes;
import io.kvops.agent.it.support.AgentJar;
import io.kvops.op.CommandTable;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles a scenario against one version of a client and runs it under the agent. */
final class Scenario {
    private static final Path ROOT = Path.of(System.getProperty("kvops.root"));
    private static final Path SOURCES = ROOT.resolve("agent/it/src/scenarios/java");
    private static final Path CLIENTS = Path.of(System.getProperty("it.clients"));

    private final String main;
    private final String classPath;
    private final Path folder;

    private Scenario(String main, String classPath, Path folder) {
        this.main = main;
        this.classPath = classPath;
        this.folder = folder;
    }

    /** @param clients names of folders with the client's jars */
    static Scenario compile(String main, Path folder, String... clients) throws Exception {
        List<String> jars = new ArrayList<>();
        jars.add(folder.toString());
        jars.add(placeOf(CommandTable.class));
        for (String client : clients) {
            try (Stream<Path> files = Files.list(CLIENTS.resolve(client))) {
                files.map(Path::toString).sorted().forEach(jars::add);
            }
        }
        String classPath = String.join(File.pathSeparator, jars);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-nowarn",
                        "-Xlint:none",
                        "-XDignore.symbol.file",
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        "-classpath",
                        classPath + File.pathSeparator + placeOf(Probes.class),
                        SOURCES.resolve("Witness.java").toString(),
                        SOURCES.resolve(main + ".java").toString());
        assertThat(result)
                .as("compilation of %s against %s", main, List.of(clients))
                .isZero();
        return new Scenario(main, classPath, folder);
    }

    private static String placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** Runs it to its end with the witness; nothing may be printed, no advice may fail. */
    List<Recorded> run(Path javaHome, Object... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("operations.txt");
        String log = start(javaHome, "", List.of("-Dit.out=" + out), arguments);
        List<String> written = Files.readAllLines(out);
        assertThat(written).as("the agent's log: %s", log).endsWith("finished");
        assertThat(written).noneMatch(line -> line.startsWith("suppressed"));
        return written.subList(0, written.size() - 1).stream()
                .map(Recorded::parse)
                .collect(Collectors.toList());
    }

    /** The same without the witness: the agent reports to a collector. */
    void report(Path javaHome, String collector, Object... arguments) throws IOException, InterruptedException {
        start(javaHome, ",collector=" + collector, List.of(), arguments);
    }

    /** Returns the agent's log. */
    private String start(Path javaHome, String options, List<String> properties, Object... arguments)
            throws IOException, InterruptedException {
        Path agentLog = folder.resolve("agent.log");
        Path printed = folder.resolve("printed.txt");
        Path quiet = Files.writeString(folder.resolve("logging.properties"), ".level=OFF\n");
        List<String> command = new ArrayList<>(List.of(
                javaHome.resolve("bin/java").toString(),
                "-javaagent:" + AgentJar.path() + "=log=" + agentLog + ",spool=" + folder.resolve("spool") + options,
                "-Djava.util.logging.config.file=" + quiet,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(properties);
        command.addAll(List.of("-cp", classPath, main));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String log = Files.exists(agentLog) ? Files.readString(agentLog) : "";
        assertThat(ended)
                .as("ended in time; printed: %s; log: %s", Files.readString(printed), log)
                .isTrue();
        assertThat(lines(printed)).as("printed by %s", main).isEmpty();
        assertThat(process.exitValue()).isZero();
        assertThat(log).doesNotContain("left as it is", "did not start", "suppressed");
        return log;
    }

    /** Without the warnings that newer JVMs print by themselves about native code. */
    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING: "))
                .collect(Collectors.toList());
    }
}
