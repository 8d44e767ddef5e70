package io.kvops.server.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands have in common that ask a running collector: which one, as whom, and whether the answer is JSON. */
@Command(mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false)
abstract class CollectorAsk implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    /** Asks and prints. */
    abstract void ask(RestClient client, PrintWriter out) throws Exception;

    @Override
    public final Integer call() throws Exception {
        check();
        PrintWriter out = spec.commandLine().getOut();
        ask(collector.client(), out);
        out.flush();
        return 0;
    }

    /** Looks at the arguments before anybody is asked. @throws ParameterException if they make no sense */
    void check() {}

    final ParameterException wrongUsage(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    final boolean json() {
        return json;
    }
}
