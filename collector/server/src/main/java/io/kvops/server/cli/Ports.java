package io.kvops.server.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks port numbers that were typed. */
public final class Ports {
    private static final int LAST = 65_535;

    private Ports() {}

    /** Wrong usage if a port is given and is not one. */
    public static void check(CommandSpec spec, String option, @Nullable Integer port) {
        if (port != null && (port < 0 || port > LAST)) {
            throw new ParameterException(spec.commandLine(), option + ": " + port + " (expected 0 to " + LAST + ")");
        }
    }
}
