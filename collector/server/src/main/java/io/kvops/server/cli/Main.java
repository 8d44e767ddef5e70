package io.kvops.server.cli;

import io.kvops.server.OpsException;
import io.kvops.server.OpsManager;
import io.kvops.server.config.ConfigException;
import io.kvops.server.config.Nearest;
import io.kvops.server.demo.DemoException;
import io.kvops.server.report.ReportJson;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.UnmatchedArgumentException;

/** Starts what the command line names. Exit: 0 done, 1 it failed (one line on stderr), 2 wrong usage. */
@Command(
        name = "kvops",
        description = "Shows what applications do to their key-value databases.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            CollectorCommand.class,
            AgentJarCommand.class,
            TopCommand.class,
            ReportCommand.class,
            QueryCommand.class,
            HistoryCommand.class,
            HealthCommand.class,
            ConfigCommand.class,
            ForecastCommand.class,
            AlertsCommand.class,
            CapacityCommand.class,
            RecommendCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            MigrateCommand.class,
            SyncCommand.class,
            VerifyCommand.class,
            InspectCommand.class,
            TasksCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops demo                        # all of it on one machine, for a minute",
            "  kvops collector                   # live page at http://127.0.0.1:7180/",
            "  java -javaagent:$(kvops agent-jar)=service=shop -jar shop.jar",
            "  kvops report --last 15m --out .   # writes report.html",
            "  kvops --version --json",
            "",
            "kvops COMMAND --help says more about a command."
        })
public final class Main {

    /** Wide enough that no example is broken into two lines: people copy them. */
    static final int HELP_WIDTH = 110;

    private record VersionLine(String name, String version, String java) {}

    private Main() {}

    public static void main(String[] args) {
        int status = run(args, writer(System.out), writer(System.err));
        // a PrintStream keeps its failures to itself: a report cut off by a full disk must not look done
        if (System.out.checkError() && status == 0) {
            System.err.println("kvops: stdout can't be written to its end; is its disk full, or its reader gone?");
            status = 1;
        }
        System.exit(status);
    }

    /** A terminal or a pipe of this system is written in its own character set. */
    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
    }

    /** As {@link #main}, without leaving the process. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        if (args.length == 2 && List.of(args).containsAll(List.of("--version", "--json"))) {
            String java = System.getProperty("java.version", "");
            out.println(ReportJson.line(new VersionLine("kvops", OpsManager.version(), java)));
            return 0;
        }
        return new CommandLine(new Main())
                .registerConverter(Path.class, new PathText())
                .setOut(out)
                .setErr(err)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(Main::failed)
                .execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    private static int wrongUsage(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String hint = "";
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String written = unmatched.getUnmatched().get(0);
            java.util.Set<String> known =
                    new java.util.TreeSet<>(command.getSubcommands().keySet());
            command.getCommandSpec().options().forEach(option -> known.add(option.longestName()));
            String nearest = Nearest.of(written, known);
            hint = nearest == null ? "" : "; did you mean " + nearest + "?";
        }
        command.getErr()
                .println("kvops: " + oneLine(e) + hint + " (see: "
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return 2;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof ConfigException config) {
            // all of them, in one line as any failure
            command.getErr().println("kvops: " + String.join("; ", config.problems()));
        } else if (e instanceof OpsException || e instanceof DemoException || e instanceof Failure) {
            command.getErr().println("kvops: " + oneLine(e));
        } else {
            // not its arguments: one of them may be a token
            command.getErr()
                    .println("kvops: " + command.getCommandSpec().name() + " failed: "
                            + e.getClass().getSimpleName() + ": " + oneLine(e));
            if (Boolean.getBoolean("kvops.debug")) {
                e.printStackTrace(command.getErr());
            }
        }
        return 1;
    }

    private static String oneLine(Exception e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** Says the version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"kvops " + OpsManager.version()};
        }
    }
}
