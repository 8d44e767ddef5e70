package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are larger than the heap of who copies them. The long form has the largest string there can be. */
class GiantKeyIT {
    private static final boolean PROOF = Boolean.getBoolean("kvops.proof");
    private static final int MEMBERS = PROOF ? 10_000_000 : 300_000;
    private static final int STRING_BYTES = PROOF ? 512 << 20 : 64 << 20;
    private static final String HEAP = PROOF ? "-Xmx128m" : "-Xmx64m";
    private static final int MEMBERS_AT_ONCE = 100_000;

    @TempDir
    Path folder;

    @Test
    @DisplayName("proof: a sorted set of 10 M members and a string of 512 MB are copied and compared with -Xmx128m")
    void giants_areCopiedInASmallHeap() throws Exception {
        try (Servers servers = new Servers(folder)) {
            int source = servers.redis("source");
            int target = servers.redis("target");
            for (int from = 0; from < MEMBERS; from += MEMBERS_AT_ONCE) {
                assertThat(Servers.say(
                                source,
                                "EVAL \"for i=" + from + "," + (from + MEMBERS_AT_ONCE - 1)
                                        + " do redis.call('ZADD',KEYS[1],i/3,'member:'..i) end\" 1 scores"))
                        .startsWith("$-1");
            }
            assertThat(Servers.say(source, "SETRANGE text " + (STRING_BYTES - 4) + " last"))
                    .startsWith(":" + STRING_BYTES);
            Servers.say(source, "PEXPIREAT scores 4102444800000");

            assertThat(copy("redis://127.0.0.1:" + source + "/0", "redis://127.0.0.1:" + target + "/0"))
                    .contains("end done")
                    .contains("written=2")
                    .contains("differences=0");
            assertThat(Servers.say(target, "ZCARD scores")).startsWith(":" + MEMBERS);
            assertThat(Servers.say(target, "ZSCORE scores member:" + (MEMBERS - 1)))
                    .isEqualTo(Servers.say(source, "ZSCORE scores member:" + (MEMBERS - 1)));
            assertThat(Servers.say(target, "PEXPIRETIME scores")).startsWith(":4102444800000");
            assertThat(Servers.say(target, "STRLEN text")).startsWith(":" + STRING_BYTES);
            assertThat(Servers.say(target, "GETRANGE text -4 -1")).startsWith("$4\r\nlast");
            assertThat(Servers.say(target, "DBSIZE")).startsWith(":2");
        }
    }

    /** Copies and compares in a process of its own; what it printed. */
    private String copy(String from, String to) throws IOException, InterruptedException {
        Path log = folder.resolve("copy.log");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-Xlog:gc:file=" + folder.resolve("gc.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CopyChild.class.getName(),
                        Files.createDirectories(folder.resolve("tasks")).toString(),
                        Action.MIGRATE.name(),
                        from,
                        to,
                        Conflict.OVERWRITE.name(),
                        "0",
                        "1",
                        Reading.AUTO.name())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(child.waitFor(PROOF ? 30 : 5, TimeUnit.MINUTES)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        String printed = Files.readString(log);
        long peak = Files.readString(folder.resolve("gc.log"))
                .lines()
                .filter(line -> line.contains("->"))
                .mapToLong(line ->
                        Long.parseLong(line.replaceAll(".* (\\d+)M->.*", "$1").replaceAll("^\\D.*", "0")))
                .max()
                .orElse(0);
        System.out.println("GiantKeyIT: at most " + peak + " MB of heap; "
                + printed.lines().reduce((one, other) -> other).orElse(""));
        return printed;
    }
}
