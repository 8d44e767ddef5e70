package io.kvops.agent.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** What an agent adds to the start of a hello-world: medians of whole processes, the variants taking turns. */
final class StartCost {
    private final Path root;
    private final Path work;
    private final Sink sink;
    private final int runs;

    StartCost(Path root, Path work, Sink sink, int runs) {
        this.root = root;
        this.work = work;
        this.sink = sink;
        this.runs = runs;
    }

    String run() throws IOException, InterruptedException {
        List<String> empty = List.of("-javaagent:" + emptyAgent());
        List<String> kvops = Variant.KVOPS.jvmArgs(root, work, sink);
        List<String> otel = Variant.OTEL.jvmArgs(root, work, sink);
        List<Case> cases = List.of(
                new Case("no agent", List.of(), false),
                new Case("an agent with an empty premain", empty, false),
                new Case("kvops", kvops, false),
                new Case(Variant.OTEL.title, otel, false),
                new Case("no agent, client loaded", List.of(), true),
                new Case("kvops, client loaded", kvops, true),
                new Case(Variant.OTEL.title + ", client loaded", otel, true));
        for (int run = 0; run <= runs; run++) {
            for (Case c : cases) {
                c.measure(run > 0);
            }
        }
        StringBuilder table = new StringBuilder(
                "| " + Bench.machine() + ", median of " + runs
                        + " | to main, ms | added | whole process, ms | added | peak RSS, MB | added |\n|---|---:|---:|---:|---:|---:|---:|\n");
        for (Case c : cases) {
            Case base = cases.get(c.client ? 4 : 0);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |%n",
                    c.title,
                    median(c.toMain),
                    median(c.toMain) - median(base.toMain),
                    median(c.whole),
                    median(c.whole) - median(base.whole),
                    median(c.memory),
                    median(c.memory) - median(base.memory)));
        }
        return table.toString();
    }

    private Path emptyAgent() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", EmptyAgent.class.getName());
        Path jar = work.resolve("empty-agent.jar");
        String resource = EmptyAgent.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                var bytes = EmptyAgent.class.getClassLoader().getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new IOException("not found: " + resource);
            }
            out.putNextEntry(new java.util.zip.ZipEntry(resource));
            bytes.transferTo(out);
        }
        return jar;
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /** One command line and what it took. */
    private static final class Case {
        final String title;
        final List<String> jvmArgs;
        final boolean client;
        final List<Double> toMain = new ArrayList<>();
        final List<Double> whole = new ArrayList<>();
        final List<Double> memory = new ArrayList<>();

        Case(String title, List<String> jvmArgs, boolean client) {
            this.title = title;
            this.jvmArgs = jvmArgs;
            this.client = client;
        }

        void measure(boolean keep) throws IOException, InterruptedException {
            long start = System.nanoTime();
            Process process = start(false);
            double millisToMain = 0;
            try (BufferedReader out = reader(process)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.equals("hello")) {
                        millisToMain = (System.nanoTime() - start) / 1e6;
                    }
                }
            }
            int exit = process.waitFor();
            double millis = (System.nanoTime() - start) / 1e6;
            if (exit != 0 || millisToMain == 0) {
                throw new IllegalStateException(title + ": exit " + exit + "; run it by hand: " + command(false));
            }
            if (keep) {
                toMain.add(millisToMain);
                whole.add(millis);
                if (memory.size() < 3) {
                    memory.add(peakMegabytes());
                }
            }
        }

        private double peakMegabytes() throws IOException, InterruptedException {
            Process process = start(true);
            double megabytes = Double.NaN;
            try (BufferedReader out = reader(process)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("VmHWM")) {
                        megabytes = Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
                    }
                }
            }
            process.waitFor();
            return megabytes;
        }

        private Process start(boolean measureMemory) throws IOException {
            return new ProcessBuilder(command(measureMemory))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        private List<String> command(boolean measureMemory) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmArgs);
            command.addAll(Arrays.asList("-cp", System.getProperty("java.class.path"), Hello.class.getName()));
            if (client) {
                command.add("client");
            }
            if (measureMemory) {
                command.add("memory");
            }
            return command;
        }

        private static BufferedReader reader(Process process) {
            return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }
    }
}
