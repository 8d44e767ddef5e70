package io.kvops.server.proof;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What this build has made, and how to start it. */
final class Installation {
    static final Path ROOT = Path.of(System.getProperty("kvops.root"));
    static final boolean PROOF = Boolean.getBoolean("kvops.proof");
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final Path JAR = ROOT.resolve("collector/server/target/kvops/kvops.jar");
    private static final Path AGENT = ROOT.resolve("agent/core/target/kvops-agent.jar");
    private static final Path CLIENTS = ROOT.resolve("collector/demo/target/shop/lib");
    private static final Path TESTS = ROOT.resolve("collector/server/target/test-classes");

    private Installation() {}

    /** The program as ./kvops would exec it, without asking whether it is built. */
    static List<String> kvops(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(JAVA, "-Dkvops.home=" + ROOT, "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** A class of these tests that is a collector, with the program's own libraries. */
    static List<String> collectorOf(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1"));
        for (String open : List.of("java.base/java.lang.reflect", "java.base/sun.nio.ch")) {
            command.add("--add-opens=" + open + "=ALL-UNNAMED");
        }
        command.add("--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
        command.addAll(List.of("-cp", TESTS + File.pathSeparator + JAR, main.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** A class of these tests as an application, with the clients that the shop uses, under the agent. */
    static List<String> underAgent(String agentOptions, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-javaagent:" + AGENT + "=" + agentOptions,
                "-cp",
                TESTS + File.pathSeparator + CLIENTS.resolve("*"),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Lets a time drawn at random pass: the very thing that a kill at a random moment is about. */
    static void pass(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
