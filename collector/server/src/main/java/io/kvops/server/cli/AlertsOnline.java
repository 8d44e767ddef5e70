package io.kvops.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.server.config.Amounts;
import io.kvops.server.report.Quantities;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands about alerts that ask a running collector. */
final class AlertsOnline {
    private static final String PATH = "/api/v1/alerts";
    private static final int PAGE = 500;

    private AlertsOnline() {}

    @Command(
            name = "list",
            description = "Lists alerts: those that are pending, fire, or fired in the last quarter of an hour.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  kvops alerts list",
                "  kvops alerts list --state firing --level critical",
                "  kvops alerts list --subject redis://127.0.0.1:6379 --json"
            })
    static final class Listing extends AlertList {}

    /** What {@code kvops alerts} and {@code kvops alerts list} have in common: all. A command can't be its own subcommand. */
    abstract static class AlertList extends CollectorAsk {
        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = "Only those that are pending, firing or resolved.")
        private @Nullable String state;

        @Option(names = "--level", paramLabel = "LEVEL", description = "Only info, warning, critical or emergency.")
        private @Nullable String level;

        @Option(names = "--name", paramLabel = "RULE", description = "Only those of a rule.")
        private @Nullable String name;

        @Option(names = "--subject", paramLabel = "NAME", description = "Only those of a store, host or JVM.")
        private @Nullable String subject;

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            StringBuilder query = new StringBuilder(PATH + "?limit=" + PAGE);
            add(query, "state", state);
            add(query, "level", level);
            add(query, "name", name);
            add(query, "subject", subject);
            ObjectNode all = null;
            String cursor = null;
            do {
                String next = cursor == null ? "" : "&cursor=" + RestClient.encode(cursor);
                ObjectNode page = (ObjectNode) client.get(query + next).json();
                if (all == null) {
                    all = page;
                } else {
                    all.withArray("alerts").addAll((ArrayNode) page.path("alerts"));
                }
                cursor = page.path("next").asText(null);
            } while (cursor != null);
            all.putNull("next");
            if (json()) {
                out.println(all);
                return;
            }
            TextTable table = new TextTable("STATE", "LEVEL", "ALERT", "SUBJECT", "SINCE", "TOLD", "SUMMARY");
            for (JsonNode alert : all.path("alerts")) {
                table.row(
                        alert.path("state").asText(),
                        alert.path("level").asText(),
                        alert.path("name").asText(),
                        alert.at("/labels/subject").asText("-"),
                        at(alert, "since"),
                        told(alert),
                        alert.at("/annotations/summary").asText(""));
            }
            out.print(table.isEmpty() ? "" : table.render());
            JsonNode counts = all.path("counts");
            out.println(counts.path("firing").asText() + " firing, "
                    + counts.path("pending").asText() + " pending, "
                    + counts.path("resolved").asText() + " resolved lately");
        }

        private static String told(JsonNode alert) {
            String muted = alert.path("mutedBy").asText();
            if (alert.path("state").asText().equals("pending")) {
                return "not yet";
            }
            return muted.isEmpty() ? "yes" : "no: " + muted;
        }

        private static void add(StringBuilder query, String name, @Nullable String value) {
            if (value != null) {
                query.append('&').append(name).append('=').append(RestClient.encode(value));
            }
        }
    }

    @Command(
            name = "silences",
            description = "Lists silences: those to come, those that hold, and those of the last 5 days.",
            footerHeading = "%nExamples:%n",
            footer = {"  kvops alerts silences", "  kvops alerts silences --json"})
    static final class Silences extends CollectorAsk {
        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            RestClient.Answer answer = client.get(PATH + "/silences");
            if (json()) {
                out.println(answer.text().strip());
                return;
            }
            TextTable table = new TextTable("ID", "STATE", "BEGINS", "ENDS", "AUTHOR", "MATCHES", "COMMENT");
            for (JsonNode silence : answer.json().path("silences")) {
                List<String> matchers = new ArrayList<>();
                silence.path("matchers").forEach(matcher -> matchers.add(matcher.asText()));
                table.row(
                        silence.path("id").asText(),
                        silence.path("state").asText(),
                        at(silence, "begins"),
                        at(silence, "ends"),
                        silence.path("author").asText(),
                        String.join(", ", matchers),
                        silence.path("comment").asText());
            }
            out.print(table.isEmpty() ? "no silences" + System.lineSeparator() : table.render());
        }
    }

    @Command(
            name = "silence",
            description = {
                "Tells nobody of alerts that fit all matchers, for a while; or ends such a silence.",
                "A matcher is LABEL=VALUE, LABEL!=VALUE, LABEL=~REGEX or LABEL!~REGEX."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  kvops alerts silence alertname=MemoryHigh subject=redis://127.0.0.1:6379 --for 2h --comment resizing",
                "  kvops alerts silence 'kind=~\"redis|etcd\"' --for 30m --author ada",
                "  kvops alerts silence --end 3f0c3d0e-..."
            })
    static final class Silence extends CollectorAsk {
        @Parameters(arity = "0..20", paramLabel = "MATCHER", description = "What the alerts' labels have to be.")
        private List<String> matchers = new ArrayList<>();

        @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 30m, 2h, 3d.")
        private @Nullable String length;

        @Option(names = "--author", paramLabel = "NAME", description = "Who asks for it (default: the token's name).")
        private @Nullable String author;

        @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
        private @Nullable String comment;

        @Option(names = "--end", paramLabel = "ID", description = "Ends that silence now.")
        private @Nullable String end;

        @Override
        void check() {
            if (end != null && (!matchers.isEmpty() || length != null)) {
                throw wrongUsage("--end goes alone");
            }
            if (end == null && (matchers.isEmpty() || length == null)) {
                throw wrongUsage("say what, and for how long: MATCHER... --for TIME; or --end ID");
            }
            if (length != null && Amounts.duration(length).isEmpty()) {
                throw wrongUsage("--for: " + length + " (expected a time with its unit, such as 30m, 2h, 3d)");
            }
        }

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            if (end != null) {
                client.send("DELETE", PATH + "/silences/" + RestClient.encode(end), "", "");
                out.println(json() ? new ObjectMapper().createObjectNode().put("ended", end) : "ended " + end);
                return;
            }
            ObjectNode body = new ObjectMapper().createObjectNode().put("duration", length);
            matchers.forEach(body.putArray("matchers")::add);
            if (author != null) {
                body.put("author", author);
            }
            if (comment != null) {
                body.put("comment", comment);
            }
            RestClient.Answer answer = client.send("POST", PATH + "/silences", "application/json", body.toString());
            JsonNode made = answer.json();
            out.println(
                    json()
                            ? answer.text().strip()
                            : TextTable.plain("silenced until " + at(made, "ends")
                                    + " (UTC); end it with: kvops alerts silence --end "
                                    + made.path("id").asText()));
        }
    }

    @Command(
            name = "receivers",
            description = "Says who is told and how that goes; --test sends one of them a test message.",
            footerHeading = "%nExamples:%n",
            footer = {"  kvops alerts receivers", "  kvops alerts receivers --test pager"})
    static final class Receivers extends CollectorAsk {
        @Option(names = "--test", paramLabel = "NAME", description = "Send a test message to that receiver.")
        private @Nullable String test;

        @Override
        void ask(RestClient client, PrintWriter out) throws Exception {
            if (test != null) {
                test(client, out, test);
                return;
            }
            RestClient.Answer answer = client.get(PATH + "/receivers");
            if (json()) {
                out.println(answer.text().strip());
                return;
            }
            TextTable table =
                    new TextTable("NAME", "TYPE", ">WAITING", ">SENT", ">RETRIED", ">FAILED", ">DROPPED", "PROBLEM");
            for (JsonNode receiver : answer.json().path("receivers")) {
                table.row(
                        receiver.path("name").asText(),
                        receiver.path("type").asText(),
                        receiver.path("waiting").asText(),
                        receiver.path("sent").asText(),
                        receiver.path("retried").asText(),
                        receiver.path("failed").asText(),
                        receiver.path("dropped").asText(),
                        receiver.path("problem").asText());
            }
            out.print(table.isEmpty() ? "no receivers" + System.lineSeparator() : table.render());
        }

        private void test(RestClient client, PrintWriter out, String name) throws Exception {
            RestClient.Answer answer =
                    client.send("POST", PATH + "/receivers/" + RestClient.encode(name) + "/test", "", "");
            JsonNode tested = answer.json();
            if (json()) {
                out.println(answer.text().strip());
            }
            if (!tested.path("delivered").asBoolean()) {
                throw new Failure("receiver " + name + " was not told: "
                        + tested.path("problem").asText());
            }
            if (!json()) {
                out.println(TextTable.plain("receiver " + name + " was told"));
            }
        }
    }

    private static String at(JsonNode of, String field) {
        String text = of.path(field).asText("");
        return text.isEmpty() ? "-" : Quantities.at(Instant.parse(text));
    }
}
