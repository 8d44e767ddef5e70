package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.server.config.Reading;
import io.kvops.server.demo.Redis;
import io.kvops.server.testing.ConfigChanges;
import io.kvops.server.testing.ConfigChanges.Change;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications under the real agent work on while the configuration of their collector changes. */
class LiveConfigurationIT {
    private static final int CHANGES = Installation.PROOF ? 100 : 10;
    private static final int OPS_PER_SECOND = 500;
    private static final List<String> SERVICES = List.of("cart", "search", "stock");
    /** One of them is told something of its own. */
    private static final String OWN = "stock";

    private static final Pattern TOLD = Pattern.compile("configuration (\\d+) of the collector (applies: (\\{.*})|.*)");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final List<AppProcess> apps = new ArrayList<>();
    /** What was said of the configuration. */
    private final Map<String, String> said = new TreeMap<>(Map.of("agents.services." + OWN + ".slow", "1h"));
    /** Each setting as it has to be. */
    private final Map<String, String> expected = new TreeMap<>();
    /** What agents have to have been told. */
    private final List<Long> told = new ArrayList<>();

    private final List<Long> overRestMillis = new ArrayList<>();
    private final List<Long> fromFileMillis = new ArrayList<>();
    private Path file;
    private CollectorProcess collector;

    @AfterEach
    void stop() {
        apps.forEach(AppProcess::close);
    }

    @Test
    @DisplayName(
            "changes over REST and by the file, half of them invalid: whole or refused, every agent confirms, counts exact")
    void configuration_changesUnderRealAgents() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("LiveConfigurationIT: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        file = folder.resolve("collector.yaml");
        writeFile(said);
        try (Redis redis = Redis.start(folder.resolve("redis"));
                CollectorProcess started =
                        CollectorProcess.start(folder.resolve("data"), 0, 0, "--config", file.toString())) {
            collector = started;
            startApps(redis);
            await().atMost(Duration.ofSeconds(60)).until(() -> confirmed(1));
            told.add(1L);
            expected.putAll(settings());

            ConfigChanges changes = new ConfigChanges(random, List.of(OWN));
            for (boolean isValid : changes.order(CHANGES)) {
                Change change = isValid ? changes.valid(expected) : changes.invalid();
                boolean byFile = random.nextInt(4) == 0;
                if (isValid) {
                    applied(change, byFile);
                } else {
                    refused(change, byFile);
                }
                assertThat(settings()).as("%s", change).isEqualTo(expected);
            }
            checkAgents();
            endApps();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(this::checkCounts);
            print();
        }
    }

    private void startApps(Redis redis) throws IOException {
        for (String service : SERVICES) {
            Files.createDirectories(folder.resolve("spool"));
            apps.add(AppProcess.start(
                    Installation.underAgent(
                            agent(service),
                            CountingApp.class,
                            Integer.toString(redis.port()),
                            counts(service).toString(),
                            Integer.toString(OPS_PER_SECOND)),
                    folder,
                    service));
        }
    }

    private String agent(String service) {
        return "collector=127.0.0.1:" + collector.ingestPort() + ",service=" + service + ",spool="
                + folder.resolve("spool") + ",log=" + log(service);
    }

    private Path counts(String service) {
        return folder.resolve(service + ".counts");
    }

    private Path log(String service) {
        return folder.resolve(service + ".log");
    }

    private void applied(Change change, boolean byFile) throws Exception {
        long before = version();
        said.putAll(change.values());
        expected.putAll(change.values());
        long begin = System.nanoTime();
        if (byFile) {
            writeFile(said);
            patiently().until(() -> version() == before + 1);
        } else {
            HttpResponse<String> answer = collector.patch(json(change));
            assertThat(answer.statusCode()).as("%s: %s", change, answer.body()).isEqualTo(200);
            assertThat(JSON.readTree(answer.body()).path("version").asLong()).isEqualTo(before + 1);
        }
        if (change.concernsAgents()) {
            patiently().until(() -> confirmed(before + 1));
            (byFile ? fromFileMillis : overRestMillis).add((System.nanoTime() - begin) / 1_000_000);
            told.add(before + 1);
        }
    }

    /** With the types that the values have in a file. */
    private static String json(Change change) throws Exception {
        ObjectNode json = JSON.createObjectNode();
        for (Map.Entry<String, String> value : change.values().entrySet()) {
            json.set(value.getKey(), Reading.valueOf(value.getValue()));
        }
        return json.toString();
    }

    private void refused(Change change, boolean byFile) throws Exception {
        long before = version();
        String answered;
        if (byFile) {
            Map<String, String> wrong = new TreeMap<>(said);
            wrong.putAll(change.values());
            writeFile(wrong);
            patiently().until(() -> healthOfConfig().contains(change.refusal().get(0)));
            answered = healthOfConfig();
            // as an operator does, who sees it; nothing became another by it
            writeFile(said);
            patiently().until(() -> !healthOfConfig().contains(change.refusal().get(0)));
        } else {
            HttpResponse<String> answer = collector.patch(json(change));
            assertThat(answer.statusCode()).as("%s: %s", change, answer.body()).isEqualTo(422);
            answered = String.join(
                    "\n",
                    JSON.readTree(answer.body())
                            .path("errors")
                            .valueStream()
                            .map(JsonNode::asText)
                            .toList());
        }
        assertThat(answered).contains(change.refusal());
        assertThat(version()).as("%s", change).isEqualTo(before);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
    }

    /** Every agent was told every version of theirs and none else, and has at the end what is in force. */
    private void checkAgents() throws IOException {
        for (String service : SERVICES) {
            List<Long> versions = new ArrayList<>();
            String last = "";
            for (String line : Files.readAllLines(log(service))) {
                Matcher matcher = TOLD.matcher(line);
                if (matcher.find()) {
                    assertThat(matcher.group(3)).as(line).isNotNull();
                    versions.add(Long.valueOf(matcher.group(1)));
                    last = matcher.group(3);
                }
            }
            assertThat(versions).as(service).isEqualTo(told);
            assertThat(last).as(service).isEqualTo(options(service).toString());
        }
    }

    /** What an agent has to be told at the end, by its own names. */
    private Map<String, String> options(String service) {
        Map<String, String> options = new TreeMap<>();
        for (String section : List.of("agents.all.", "agents.services." + service + ".")) {
            expected.forEach((path, value) -> {
                if (path.startsWith(section) && !value.isEmpty()) {
                    String name = path.substring(section.length());
                    options.put(name.replace("slowMax", "slow.max").replace("slowStack", "slow.stack"), value);
                }
            });
        }
        // an agent knows no hours
        options.replace("slow", "1h", "60m");
        return options;
    }

    /** Lets the applications end; what one could not bring home in time the next agent on the host does. */
    private void endApps() throws Exception {
        for (AppProcess app : apps) {
            app.letEnd();
        }
        for (AppProcess app : apps) {
            assertThat(app.waitForEnd()).isZero();
            assertThat(app.said()).isEmpty();
        }
        try (AppProcess next = AppProcess.start(
                Installation.underAgent(agent(SERVICES.get(0)), AppProcess.Idle.class), folder, "next")) {
            for (AppProcess app : apps) {
                await().atMost(Duration.ofSeconds(30)).until(() -> app.spoolIsGone(folder.resolve("spool")));
            }
            next.letEnd();
            assertThat(next.waitForEnd()).isZero();
        }
    }

    private void checkCounts() throws Exception {
        Map<String, Long> reported = new TreeMap<>();
        for (JsonNode series : collector.report().path("series")) {
            String op = series.path("service").asText() + " "
                    + series.path("store").asText() + "/" + series.path("op").asText();
            reported.merge(op, series.path("count").asLong(), Long::sum);
        }
        Map<String, Long> counted = new TreeMap<>();
        for (String service : SERVICES) {
            Counts.read(counts(service)).returned().forEach((op, n) -> counted.put(service + " " + op, n));
        }
        assertThat(reported).isEqualTo(counted);
    }

    private void print() throws Exception {
        System.out.printf(
                "LiveConfigurationIT: %d changes, %d of them for agents; %d agents confirm over REST within %s, from the file"
                        + " within %s; %,d operations, exact%n",
                CHANGES,
                told.size() - 1,
                SERVICES.size(),
                spread(overRestMillis),
                spread(fromFileMillis),
                collector.reportedOps());
    }

    private static String spread(List<Long> millis) {
        if (millis.isEmpty()) {
            return "(none)";
        }
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2) + " ms (median), " + sorted.get(sorted.size() - 1) + " ms (greatest of "
                + sorted.size() + ")";
    }

    private long version() throws IOException, InterruptedException {
        return collector.json("/api/v1/config/settings").path("version").asLong();
    }

    private Map<String, String> settings() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>();
        for (JsonNode setting : collector.json("/api/v1/config/settings").path("settings")) {
            settings.put(setting.path("path").asText(), setting.path("value").asText());
        }
        return settings;
    }

    private boolean confirmed(long version) throws IOException, InterruptedException {
        JsonNode agents = collector.json("/api/v1/config/agents");
        assertThat(agents.path("problems")).isEmpty();
        return agents.path("version").asLong() == version
                && agents.path("connected").asInt() == SERVICES.size()
                && agents.path("confirmed").asInt() == SERVICES.size();
    }

    private String healthOfConfig() throws IOException, InterruptedException {
        for (JsonNode check : collector.json("/api/v1/health").path("checks")) {
            if (check.path("name").asText().equals("config")) {
                return check.path("detail").asText();
            }
        }
        throw new AssertionError("the health says nothing of the configuration");
    }

    private void writeFile(Map<String, String> values) throws IOException {
        Path written = Files.writeString(folder.resolve("written.yaml"), yaml("", values) + "\n");
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Values by path as a mapping of mappings. */
    private static String yaml(String parent, Map<String, String> values) {
        Map<String, String> fields = new TreeMap<>();
        values.forEach((path, value) -> {
            if (path.startsWith(parent)) {
                String rest = path.substring(parent.length());
                int dot = rest.indexOf('.');
                if (dot < 0) {
                    fields.put(rest, value);
                } else {
                    fields.computeIfAbsent(rest.substring(0, dot), name -> yaml(parent + name + ".", values));
                }
            }
        });
        return fields.entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
