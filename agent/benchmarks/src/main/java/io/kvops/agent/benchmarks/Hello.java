package io.kvops.agent.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest application; with {@code client} it also loads a client's class, with {@code memory} it says what it took. */
public final class Hello {
    private Hello() {}

    public static void main(String[] args) throws IOException, ClassNotFoundException {
        for (String arg : args) {
            if (arg.equals("client")) {
                Class.forName("redis.clients.jedis.Connection");
            } else if (arg.equals("memory")) {
                for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                    if (line.startsWith("VmHWM")) {
                        System.out.println(line);
                    }
                }
            }
        }
        System.out.println("hello");
    }
}
