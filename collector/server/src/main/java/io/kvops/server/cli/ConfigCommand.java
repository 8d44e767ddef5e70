package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kvops.server.CollectorConfig;
import io.kvops.server.config.ConfigException;
import io.kvops.server.config.Reading;
import io.kvops.server.report.ReportJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = {
            "Checks a configuration file; reads and changes the configuration of a running collector.",
            "A change is applied as a whole or not at all, and is kept as a version."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            ConfigCommand.Validate.class,
            ConfigCommand.Get.class,
            ConfigCommand.Set.class,
            ConfigCommand.Reload.class,
            ConfigCommand.Versions.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kvops config validate config/collector.yaml",
            "  kvops config get analyzer",
            "  kvops config set agents.services.checkout.slow 5ms",
            "  kvops config reload",
            "  kvops config history"
        })
final class ConfigCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/config";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: validate, get, set, reload or history");
    }

    @Command(
            name = "validate",
            description = "Says everything that is wrong with a configuration file; needs no collector.",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class,
            footerHeading = "%nExamples:%n",
            footer = {"  kvops config validate config/collector.yaml", "  kvops config validate my.yaml --json"})
    static final class Validate implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "The file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(names = "--json", description = "Print {\"valid\": ..., \"problems\": [...]}.")
        private boolean json;

        private record Result(boolean valid, List<String> problems) {}

        @Override
        public Integer call() throws Failure {
            List<String> problems = problems();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(ReportJson.line(new Result(problems.isEmpty(), problems)));
            } else if (problems.isEmpty()) {
                out.println(file + " is valid");
            } else {
                problems.forEach(problem -> out.println(TextTable.plain(problem)));
            }
            out.flush();
            if (!problems.isEmpty()) {
                throw new Failure(file + " is not valid: " + problems.size()
                        + (problems.size() == 1 ? " problem" : " problems") + "; each is a line on stdout");
            }
            return 0;
        }

        private List<String> problems() {
            try {
                return CollectorConfig.load(file, CollectorConfig.Overrides.NONE)
                        .fileProblems(Clock.systemUTC())
                        .stream()
                        .map(problem -> file + ": " + problem)
                        .toList();
            } catch (ConfigException e) {
                return e.problems();
            }
        }
    }

    @Command(
            name = "get",
            description = "Shows the settings that are in force, also those that nobody said.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  kvops config get                 # all, with what each takes",
                "  kvops config get ingest.port     # one value",
                "  kvops config get --yaml          # what was said, as a file"
            })
    static final class Get extends CollectorAsk {
        @Parameters(arity = "0..1", paramLabel = "PATH", description = "A setting, or a section.")
        private @Nullable String path;

        @Option(names = "--yaml", description = "Print the YAML that is in force, without secrets.")
        private boolean yaml;

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            if (yaml) {
                out.print(client.get(PATH).json().path("yaml").asText());
                return;
            }
            JsonNode settings = client.get(PATH + "/settings").json();
            List<JsonNode> wanted = settings.path("settings")
                    .valueStream()
                    .filter(this::isWanted)
                    .toList();
            if (wanted.isEmpty()) {
                throw new Failure("there is no setting " + path + "; see: kvops config get");
            }
            if (json()) {
                ObjectNode answer = new ObjectMapper().createObjectNode();
                answer.set("version", settings.path("version"));
                answer.putArray("settings").addAll(wanted);
                out.println(answer);
            } else if (wanted.size() == 1 && wanted.get(0).path("path").asText().equals(path)) {
                out.println(TextTable.plain(wanted.get(0).path("value").asText()));
            } else {
                TextTable table = new TextTable("SETTING", "VALUE", "SAID", "TAKES");
                wanted.forEach(setting -> table.row(
                        setting.path("path").asText(),
                        setting.path("value").asText().isEmpty()
                                ? "\"\""
                                : setting.path("value").asText(),
                        setting.path("said").asBoolean() ? "yes" : "default",
                        setting.path("expected").asText()));
                out.print(table.render());
            }
        }

        private boolean isWanted(JsonNode setting) {
            String found = setting.path("path").asText();
            return path == null || found.equals(path) || found.startsWith(path + ".") || found.startsWith(path + "[");
        }
    }

    @Command(
            name = "set",
            description = "Changes settings of the running collector, all or none.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  kvops config set analyzer.maxHotKeys 50",
                "  kvops config set agents.all.slow 5ms agents.all.slowStack true",
                "  kvops config set agents.all.slow \"\"   # back to the default",
                "  kvops config set PATH -- -5            # a value that begins with a hyphen"
            })
    static final class Set extends CollectorAsk {
        @Parameters(arity = "1..*", paramLabel = "PATH VALUE", description = "Settings, each with its new value.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<String> pairs;

        @Override
        void check() {
            if (pairs.size() % 2 != 0) {
                throw wrongUsage(pairs.get(pairs.size() - 1) + " has no value");
            }
        }

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            ObjectNode patch = new ObjectMapper().createObjectNode();
            for (int i = 0; i < pairs.size(); i += 2) {
                patch.set(pairs.get(i), value(pairs.get(i), pairs.get(i + 1)));
            }
            print(out, client.send("PATCH", PATH, "application/merge-patch+json", patch.toString()), json());
        }

        /** What the file would say: 5 is a number, "5" a text. Nothing is the default. */
        private static JsonNode value(String path, String yaml) throws Failure {
            try {
                JsonNode value = Reading.valueOf(yaml);
                return value.isMissingNode() || value.isNull() ? TextNode.valueOf("") : value;
            } catch (ConfigException e) {
                throw new Failure(path + ": " + e.getMessage());
            }
        }
    }

    @Command(
            name = "reload",
            description = "Makes the running collector read its configuration file again.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops config reload")
    static final class Reload extends CollectorAsk {
        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            print(out, client.send("POST", PATH + "/reload", "", ""), json());
        }
    }

    @Command(
            name = "history",
            description = "Lists the versions of the configuration, newest first: when, who, what changed.",
            footerHeading = "%nExamples:%n",
            footer = {"  kvops config history", "  kvops config history --limit 3 --json"})
    static final class Versions extends CollectorAsk {
        private static final int MOST = 100;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "Versions to list (default ${DEFAULT-VALUE}).")
        private int limit;

        @Override
        void check() {
            if (limit < 1 || limit > MOST) {
                throw wrongUsage("--limit: " + limit + " (expected 1 to " + MOST + ")");
            }
        }

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            RestClient.Answer answer = client.get(PATH + "/versions?limit=" + limit);
            if (json()) {
                out.println(answer.text().strip());
            } else {
                TextTable table = new TextTable(">VERSION", "AT", "WHO", "ORIGIN", "CHANGES");
                for (JsonNode version : answer.json().path("versions")) {
                    table.row(
                            version.path("version").asText(),
                            version.path("at").asText(),
                            version.path("who").asText(),
                            version.path("origin").asText(),
                            String.join(
                                    ", ",
                                    version.path("changes")
                                            .valueStream()
                                            .map(JsonNode::asText)
                                            .toList()));
                }
                out.print(table.render());
            }
        }
    }

    private static void print(PrintWriter out, RestClient.Answer answer, boolean json) throws Failure {
        if (json) {
            out.println(answer.text().strip());
        } else {
            JsonNode changed = answer.json();
            boolean unchanged = changed.path("outcome").asText().equals("unchanged");
            out.println("version " + changed.path("version").asText()
                    + (unchanged ? " is in force already, nothing changed" : " is in force"));
            changed.path("changes").forEach(change -> out.println("  " + TextTable.plain(change.asText())));
        }
    }
}
