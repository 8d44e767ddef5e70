package io.kvops.server.cli;

import io.kvops.server.report.ReportJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "agent-jar",
        description = "Prints the absolute path of the agent's jar.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  java -javaagent:$(kvops agent-jar)=service=shop -jar shop.jar",
            "  java -javaagent:$(kvops agent-jar)=service=shop,collector=127.0.0.1:7171,slow=5ms -jar shop.jar"
        })
final class AgentJarCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "Print a JSON document: {\"path\": ...}.")
    private boolean json;

    private record Answer(String path) {}

    @Override
    public Integer call() throws Failure {
        String path = Home.agentJar().toString();
        spec.commandLine().getOut().println(json ? ReportJson.line(new Answer(path)) : path);
        return 0;
    }
}
