package io.kvops.server.cli;

import io.kvops.server.demo.Comparison;
import io.kvops.server.demo.Demo;
import io.kvops.server.demo.DemoException;
import io.kvops.server.demo.DemoOptions;
import io.kvops.server.demo.DemoProgress;
import io.kvops.server.report.ReportJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Shows all of kvops on this machine, ended by a report.",
            "Starts a real Redis, a RocksDB, the collector, and a sample shop under the agent. The shop counts its operations"
                    + " itself; the end compares: exit code 0 only if every number is equal.",
            "Writes report.html, report.md, report.json, truth.json, shop.log and agent.log."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops demo",
            "  kvops demo --seconds 20 --out demo-report --no-browser",
            "  kvops demo --http-port 8080 --ingest-port 8081"
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 86_400;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long the shop is open (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "kvops-demo",
            description = "Folder for the reports (default ${DEFAULT-VALUE}, in the current folder).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(
            names = "--http-port",
            paramLabel = "P",
            description = "Port of the live page (default 7180, or a free one if that is taken).")
    private @Nullable Integer httpPort;

    @Option(
            names = "--ingest-port",
            paramLabel = "P",
            description = "Port for the agent (default 7171, or a free one if that is taken).")
    private @Nullable Integer ingestPort;

    @Option(names = "--no-browser", description = "Do not open the live page in a browser.")
    private boolean noBrowser;

    @Option(names = "--json", description = "Print the result as one JSON document; all else goes to stderr.")
    private boolean json;

    private record Answer(boolean exact, String out, Comparison.Line total, List<Comparison.Line> byStoreOp) {}

    @Override
    public Integer call() throws Exception {
        Ports.check(spec, "--http-port", httpPort);
        Ports.check(spec, "--ingest-port", ingestPort);
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds: " + seconds + " (expected 1 to " + MAX_SECONDS + ")");
        }
        Path folder = out.toAbsolutePath().normalize();
        DemoOptions options = new DemoOptions(Home.folder(), folder, seconds, optional(httpPort), optional(ingestPort));
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter talk = json ? spec.commandLine().getErr() : stdout;
        Comparison result;
        Demo demo = new Demo(options, new Talk(talk, spec.commandLine().getErr(), !noBrowser), Clock.systemUTC());
        Thread onSignal = new Thread(() -> closeQuietly(demo), "kvops-stop");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (demo) {
            talk.println("Reports go to " + folder);
            result = demo.run();
        }
        if (json) {
            stdout.println(
                    ReportJson.line(new Answer(result.exact(), folder.toString(), result.total(), result.byStoreOp())));
        } else {
            tell(stdout, result, folder);
        }
        stdout.flush();
        if (!result.exact()) {
            throw new Failure("the report and the shop's own count differ in "
                    + result.differences().size() + " lines; see report.json, truth.json and agent.log in " + folder);
        }
        return 0;
    }

    private static void tell(PrintWriter stdout, Comparison result, Path folder) {
        stdout.println();
        List<Comparison.Line> lines = new ArrayList<>(result.byStoreOp());
        lines.add(result.total());
        stdout.print(Comparison.table(lines));
        stdout.println();
        if (result.exact()) {
            stdout.printf(
                    "Exact: %,d operations in %d kinds, counted alike by the shop and by kvops.%n",
                    result.total().counted(), result.byStoreOp().size());
        } else {
            stdout.println("Not exact; these differ:");
            stdout.print(Comparison.table(result.differences()));
        }
        stdout.println("Report: " + folder.resolve("report.html"));
    }

    private static OptionalInt optional(@Nullable Integer port) {
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    private static void closeQuietly(Demo demo) {
        try {
            demo.close();
        } catch (DemoException e) {
            // the process ends; who pressed Ctrl-C has no use for it
        }
    }

    /** Tells a person how it goes. */
    private static final class Talk implements DemoProgress {
        private final PrintWriter talk;
        private final ProgressLine line;
        private final boolean browser;

        Talk(PrintWriter talk, PrintWriter err, boolean browser) {
            this.talk = talk;
            this.line = new ProgressLine(err);
            this.browser = browser;
        }

        @Override
        public void said(String text) {
            talk.println(text);
        }

        @Override
        public void livePage(String url) {
            talk.println("Live page: " + url);
            talk.flush();
            if (browser) {
                Browser.open(url);
            }
        }

        @Override
        public void running(double elapsedSeconds, int seconds, long ops) {
            line.show(
                    elapsedSeconds / seconds,
                    String.format("%.0f of %d s, %,d operations", elapsedSeconds, seconds, ops));
        }

        @Override
        public void over() {
            line.clear();
        }
    }
}
