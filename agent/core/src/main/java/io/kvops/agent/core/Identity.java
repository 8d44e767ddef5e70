package io.kvops.agent.core;

import io.kvops.agent.boot.AgentOptions;
import io.kvops.agent.boot.OwnProcess;
import io.kvops.wire.Source;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Finds out who this process is, without a look-up in the network. */
final class Identity {
    private static final int NAME_MAX = 255;

    private Identity() {}

    static Source of(AgentOptions options) {
        long pid = OwnProcess.pid();
        String host = host();
        String service = options.text("service");
        String instance = options.text("instance");
        return new Source(
                UUID.randomUUID(),
                cut(service.isEmpty() ? mainClass() : service),
                cut(instance.isEmpty() ? host + ":" + pid : instance),
                cut(host),
                pid,
                cut(System.getProperty("java.vendor", "") + " " + System.getProperty("java.version", "")));
    }

    private static String host() {
        String name = firstLine(new File("/proc/sys/kernel/hostname"));
        for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
            String value = System.getenv(variable);
            if (name.isEmpty() && value != null) {
                name = value;
            }
        }
        return name.isEmpty() ? "localhost" : name;
    }

    private static String firstLine(File file) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new FileInputStream(file), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            return line == null ? "" : line.trim();
        } catch (IOException e) {
            return "";
        }
    }

    /** Simple name of the main class, or name of the jar; the JVM keeps the command line in this property. */
    private static String mainClass() {
        String command = System.getProperty("sun.java.command", "java");
        int space = command.indexOf(' ');
        String main = space < 0 ? command : command.substring(0, space);
        main = main.substring(main.lastIndexOf('/') + 1);
        main = main.endsWith(".jar")
                ? main.substring(0, main.length() - ".jar".length())
                : main.substring(main.lastIndexOf('.') + 1);
        return main.isEmpty() ? "java" : main;
    }

    private static String cut(String text) {
        return text.length() > NAME_MAX ? text.substring(0, NAME_MAX) : text;
    }
}
