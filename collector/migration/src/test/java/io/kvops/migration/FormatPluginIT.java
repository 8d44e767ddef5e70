package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.format.DataFileWriter;
import io.kvops.stores.format.DataFormats;
import io.kvops.stores.format.FileWriteOptions;
import java.io.File;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A format of somebody else's, in a jar of its own on the class path. */
class FormatPluginIT {
    private static final int RECORDS = 500;

    @TempDir
    Path folder;

    @Test
    void recordsGoThroughAFormatThatIsAPlugin() throws Exception {
        DataFormats formats = DataFormats.load();
        Path first = folder.resolve("first.jsonl");
        try (DataFileWriter writer = formats.create(first, FileWriteOptions.BY_NAME)) {
            for (int i = 0; i < RECORDS; i++) {
                WholeRecord record = Samples.string("key:" + i, "value\u00e4\n" + i);
                record.writeTo(writer);
            }
            writer.finish();
        }
        Path hexes = folder.resolve("second.hexes.gz");
        Path last = folder.resolve("third.kvb");
        String path = System.getProperty("java.class.path") + File.pathSeparator + plugin();
        assertThat(run(path, "there", first, hexes)).startsWith("end done").contains("written=" + RECORDS);
        assertThat(run(path, "back", hexes, last)).startsWith("end done").contains("written=" + RECORDS);
        DataStores stores = DataStores.load();
        assertThat(Samples.all(stores, last.toString()))
                .hasSize(RECORDS)
                .isEqualTo(Samples.all(stores, first.toString()));
    }

    /** Compiles it and packs it, as its author would. */
    private Path plugin() throws Exception {
        Path source = folder.resolve("example").resolve("Hexes.java");
        Files.createDirectories(source.getParent());
        Files.copy(Path.of("src/test/resources/plugin/Hexes.java.txt"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int status = compiler.run(
                null, System.out, System.err, "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(status).isZero();
        Path jar = folder.resolve("hexes.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("META-INF/services/io.kvops.stores.format.DataFormat"));
            out.write("example.Hexes\n".getBytes(StandardCharsets.UTF_8));
            try (var classes = Files.list(source.getParent())) {
                for (Path one :
                        classes.filter(f -> f.toString().endsWith(".class")).toList()) {
                    out.putNextEntry(new JarEntry("example/" + one.getFileName()));
                    Files.copy(one, out);
                }
            }
        }
        return jar;
    }

    private String run(String classPath, String tasks, Path source, Path target) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                CopyChild.class.getName(),
                Files.createDirectories(folder.resolve(tasks)).toString(),
                "IMPORT",
                source.toString(),
                target.toString(),
                "OVERWRITE",
                "0",
                "1",
                "AUTO");
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return said.lines().filter(line -> line.startsWith("end ")).findFirst().orElse(said);
    }
}
