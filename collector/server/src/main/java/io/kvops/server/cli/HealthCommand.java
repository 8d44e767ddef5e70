package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "health",
        description = "Says whether a running collector does its work; exit code 1 if not.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops health",
            "  kvops health --collector https://kvops.example:7180 --token file:/etc/kvops/viewer.token --json"
        })
final class HealthCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private CollectorOptions collector = new CollectorOptions();

    @Option(names = "--json", description = "Print the collector's answer as a JSON document.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        RestClient client = collector.client();
        RestClient.Answer answer = client.get("/api/v1/health");
        JsonNode health = answer.json();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answer.text().strip());
        } else {
            TextTable table = new TextTable("CHECK", "STATE", "DETAIL");
            for (JsonNode check : health.path("checks")) {
                table.row(
                        check.path("name").asText(),
                        check.path("healthy").asBoolean() ? "ok" : "FAILS",
                        check.path("detail").asText());
            }
            out.print(table.render());
        }
        out.flush();
        if (!health.path("healthy").asBoolean()) {
            throw new Failure("the collector at " + client.base() + " is not healthy; its log says more");
        }
        return 0;
    }
}
