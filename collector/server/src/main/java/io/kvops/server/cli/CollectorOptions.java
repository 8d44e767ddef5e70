package io.kvops.server.cli;

import io.kvops.server.CollectorConfig;
import io.kvops.server.OfflineHistory;
import io.kvops.server.RunningCollector;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which running collector a command speaks with, and as whom. */
final class CollectorOptions {
    private static final String USUAL_URL = "http://127.0.0.1:7180";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"--collector", "--url"},
            paramLabel = "URL",
            description =
                    "Address of the collector (default: the one that runs on the data folder, else " + USUAL_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of the collector (default: ~/.local/state/kvops).")
    private @Nullable Path data;

    @Mixin
    private Login login = new Login();

    /** Wrong usage if the options exclude each other. */
    void check() {
        if (url != null && data != null) {
            throw new ParameterException(spec.commandLine(), "--collector and --data exclude each other");
        }
    }

    /** The data folder: the one that was named, else the usual one. */
    Path folder() {
        return data == null
                ? CollectorConfig.defaultDataDir()
                : data.toAbsolutePath().normalize();
    }

    /** True if no collector was named, none runs on the data folder, and that folder holds a history. */
    boolean offline() {
        return url == null && running().isEmpty() && OfflineHistory.exists(folder());
    }

    /** Speaks with the collector. @throws Failure if there is none on the folder that was named, or no such token */
    RestClient client() throws Failure {
        check();
        return login.client(base());
    }

    private Optional<RunningCollector> running() {
        return RunningCollector.find(folder());
    }

    private String base() throws Failure {
        if (url != null) {
            return url;
        }
        Optional<RunningCollector> running = running();
        if (running.isEmpty() && data != null) {
            throw new Failure(
                    "no collector runs on " + folder() + "; start it with: kvops collector --data " + folder());
        }
        return running.map(RunningCollector::url).orElse(USUAL_URL);
    }
}
