package io.kvops.server.config;

import java.util.List;

/** A configuration file is wrong. Holds every problem that was found, one line each. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line for each problem: file, path of the key, value received, value expected. */
    public List<String> problems() {
        return problems;
    }
}
