package io.kvops.server.cli;

import io.kvops.server.CollectorConfig;
import io.kvops.server.OpsException;
import io.kvops.server.OpsManager;
import io.kvops.server.RunningCollector;
import io.kvops.server.config.ConfigException;
import io.kvops.server.report.ReportJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "collector",
        description = {
            "Runs the collector.",
            "It takes what agents send, keeps it in a journal and shows it at the live page.",
            "SIGHUP, or a change of the file, makes it read its configuration again while it runs.",
            "Prints one line when all that the journal held has been processed; runs until it gets SIGTERM or Ctrl-C."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops collector",
            "  kvops collector --data /var/lib/kvops --config config/collector.yaml",
            "  kvops collector --ingest-port 0 --http-port 0   # any free ports; the line says which"
        })
final class CollectorCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorCommand.class);
    private static final long LOOK_MILLIS = 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration; see config/collector.yaml.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder for all state (default: ~/.local/state/kvops).")
    private @Nullable Path data;

    @Option(names = "--ingest-port", paramLabel = "P", description = "Port for agents (default 7171); 0: any free one.")
    private @Nullable Integer ingestPort;

    @Option(names = "--http-port", paramLabel = "P", description = "Port for HTTP (default 7180); 0: any free one.")
    private @Nullable Integer httpPort;

    @Option(names = "--json", description = "Print the line as a JSON document.")
    private boolean json;

    private record ReadyLine(
            boolean ready, long pid, String url, String ingest, int ingestPort, int httpPort, String data) {}

    @Override
    public Integer call() throws Exception {
        Ports.check(spec, "--ingest-port", ingestPort);
        Ports.check(spec, "--http-port", httpPort);
        OpsManager ops = open();
        Hangup.onSignal(() -> ops.reload("SIGHUP"));
        CountDownLatch stop = new CountDownLatch(1);
        // A signal ends this process in the hook: stopped cleanly is exit code 0, as for any command that is done.
        Thread onSignal = new Thread(() -> stopped(ops, stop), "kvops-stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            ops.start();
        } catch (OpsException e) {
            Runtime.getRuntime().removeShutdownHook(onSignal);
            throw e;
        }
        while (!ops.ready()) {
            if (stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return 0;
            }
        }
        print(ops, ops.config().dataDir());
        stop.await();
        return 0;
    }

    private OpsManager open() throws OpsException, ConfigException {
        Path folder = data == null ? null : data.toAbsolutePath().normalize();
        return OpsManager.open(CollectorConfig.source(
                config == null ? null : config.toAbsolutePath(),
                new CollectorConfig.Overrides(folder, ingestPort, httpPort)));
    }

    private void print(OpsManager ops, Path folder) {
        RunningCollector here = ops.running();
        PrintWriter out = spec.commandLine().getOut();
        String agents = here.agents();
        if (json) {
            out.println(ReportJson.line(new ReadyLine(
                    true,
                    here.pid(),
                    here.url() + "/",
                    agents,
                    here.ingestPort(),
                    here.httpPort(),
                    folder.toString())));
        } else {
            out.println("kvops collector ready: live page " + here.url() + "/, agents connect to " + agents
                    + ", data in " + folder + ", pid " + here.pid());
        }
        out.flush();
    }

    private static void stopped(OpsManager ops, CountDownLatch stop) {
        int status = 0;
        try {
            ops.close();
        } catch (OpsException e) {
            LOG.error("{}", e.getMessage(), e);
            status = 1;
        }
        stop.countDown();
        Runtime.getRuntime().halt(status);
    }
}
