package io.kvops.agent.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM, usually under the agent, whose output goes to files. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private ChildJvm(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    public static Builder of(Class<?> main) {
        return of(main.getName());
    }

    public static Builder of(String main) {
        return new Builder(main);
    }

    public Process process() {
        return process;
    }

    /** Waits for the end; fails if it does not come. */
    public ChildJvm await(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + seconds + " s; out: " + out() + " err: " + err());
        }
        return this;
    }

    public int exitCode() {
        return process.exitValue();
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    public String out() {
        return read(out);
    }

    public String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What to run. */
    public static final class Builder {
        private final String main;
        private final List<String> jvmArguments = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private Path javaHome = Path.of(System.getProperty("java.home"));
        private String classPath = System.getProperty("java.class.path");

        private Builder(String main) {
            this.main = main;
        }

        public Builder javaHome(Path home) {
            javaHome = home;
            return this;
        }

        public Builder classPath(String newClassPath) {
            classPath = newClassPath;
            return this;
        }

        public Builder jvm(String... more) {
            jvmArguments.addAll(List.of(more));
            return this;
        }

        /** Runs it under the built agent. */
        public Builder agent(String options) {
            return agent(AgentJar.path(), options);
        }

        public Builder agent(Path jar, String options) {
            jvmArguments.add("-javaagent:" + jar + (options.isEmpty() ? "" : "=" + options));
            return this;
        }

        public Builder arguments(Object... more) {
            for (Object argument : more) {
                arguments.add(argument.toString());
            }
            return this;
        }

        public ChildJvm start() throws IOException {
            List<String> command = new ArrayList<>();
            command.add(javaHome.resolve("bin").resolve("java").toString());
            command.addAll(jvmArguments);
            command.add("-cp");
            command.add(classPath);
            command.add(main);
            command.addAll(arguments);
            Path out = Files.createTempFile("child", ".out");
            Path err = Files.createTempFile("child", ".err");
            out.toFile().deleteOnExit();
            err.toFile().deleteOnExit();
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("KVOPS_") || name.equals("JAVA_TOOL_OPTIONS"));
            return new ChildJvm(builder.start(), out, err);
        }
    }
}
