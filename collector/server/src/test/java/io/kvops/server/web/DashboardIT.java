package io.kvops.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.rules.Labels;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.server.testing.TestView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Every section of the page in a real browser: what it shows is what REST answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardIT {
    private static final String INSTALL = "no Chromium found; install one: apt-get install chromium";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VIEWER = "a-token-for-a-viewer";

    // a browser may still be writing its profile while it ends
    @TempDir(cleanup = CleanupMode.NEVER)
    static Path profile;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<HttpDoor> doors = new ArrayList<>();
    private Fleet fleet;
    private Chromium browser;
    private String base;
    private String window;

    @BeforeAll
    void open() throws Exception {
        Optional<Path> executable = Chromium.find();
        if (executable.isEmpty() && Boolean.getBoolean("kvops.requireServices")) {
            fail(INSTALL);
        }
        assumeTrue(executable.isPresent(), INSTALL);
        fleet = new Fleet(Clock.systemUTC().instant());
        base = openDoor(fleet, List.of());
        window = "from=" + fleet.from + "&to=" + fleet.to;
        browser = Chromium.open(executable.get(), Files.createDirectories(profile.resolve("profile")));
        browser.resize(1280, 900);
    }

    private String openDoor(TestView view, List<AccessToken> tokens) throws Exception {
        HttpConfig config =
                HttpConfig.DEFAULTS.toBuilder().port(0).tokens(tokens).build();
        HttpDoor door = new HttpDoor(config, view, Clock.systemUTC());
        doors.add(door);
        door.start();
        return "http://127.0.0.1:" + door.port() + "/";
    }

    @AfterAll
    void close() throws Exception {
        if (browser != null) {
            browser.close();
        }
        for (HttpDoor door : doors) {
            door.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    /** Nothing from outside became markup or ran, nothing broke, and it fits wherever it is looked at. */
    @AfterEach
    void nothingGotThrough() throws Exception {
        assertThat(browser.evaluate("document.title").asText()).startsWith("kvops – ");
        assertThat(browser.evaluate("document.querySelectorAll('#sections script, #sections img').length")
                        .asInt())
                .isZero();
        assertThat(browser.evaluate("document.body.textContent.includes('\\u202e')")
                        .asBoolean())
                .as("marks that turn text around are written out")
                .isFalse();
        for (int width : new int[] {400, 1280}) {
            browser.resize(width, 900);
            await("fits into " + width + " pixels", "document.documentElement.scrollWidth <= " + width);
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void operations_showWhoPays_groupedSortedAndFilteredByTheAddress() throws Exception {
        String asked = window + "&by=service,store,pattern";
        show("operations", asked);
        JsonNode answer = rest("breakdown?" + asked + "&order=time");
        await(
                "shows the groups",
                rows("#breakdown") + ".length === " + answer.get("groups").size());
        assertThat(answer.get("groups").size()).isEqualTo(3);
        List<String> counts = column("#breakdown", "Count");
        for (int i = 0; i < counts.size(); i++) {
            assertThat(counts.get(i))
                    .isEqualTo(exact(answer.get("groups").get(i).get("count").asLong()));
        }
        assertThat(browser.text("#breakdown .total"))
                .contains(exact(answer.at("/total/count").asLong()) + " operations");
        await("draws its course", "document.querySelectorAll('[data-section=operations] .u-over').length === 2");
        assertThat(browser.evaluate(
                                "document.querySelector('[data-section=operations] .plot').getAttribute('aria-label')")
                        .asText())
                .startsWith("Throughput. Last values: operations ");

        click("[...document.querySelectorAll('#breakdown thead button')].find(b => b.textContent === 'p99')");
        List<String> slowest = column("#breakdown", "p99");
        assertThat(slowest.get(0)).contains(exact(max(answer, "p99Nanos")));

        click(
                "[...document.querySelectorAll('[data-section=operations] .toggle')].find(b => b.dataset.by === 'pattern')");
        await("groups by less", "location.hash.includes('by=service,store') && !location.hash.includes('pattern')");
        await("says so in its columns", "!document.querySelector('#breakdown thead').textContent.includes('pattern')");
        click("[...document.querySelectorAll('#breakdown tbody a')].find(a => a.textContent === 'rocksdb')");
        await("filters by what was clicked", "location.hash.includes('store=rocksdb')");
        await("shows what is left", rows("#breakdown") + ".length === 1");
        assertThat(column("#breakdown", "Count"))
                .containsExactly(exact(rest("breakdown?" + window + "&store=rocksdb")
                        .at("/total/count")
                        .asLong()));
        assertThat(browser.evaluate("document.querySelector('#tabs a[data-section=slow]').hash")
                        .asText())
                .as("goes along to the next section")
                .contains("store=rocksdb", "from=");

        show("operations", "last=99x");
        await(
                "says in a line what is wrong",
                "document.querySelector('[data-section=operations] > .bad').textContent.startsWith('last: 99x (expected')");
        browser.complaints().removeIf(complaint -> complaint.contains("status of 400"));
    }

    @Test
    void stores_sayHowTheyAre_andADeadOneHasNoValues() throws Exception {
        show("stores", window + "&kind=redis&subject=" + Fleet.UP + "&gauge=memory.used.bytes");
        await("shows both", "document.querySelectorAll('.store').length === 2");
        assertThat(browser.text(".store[data-state=up]"))
                .contains("3.00\u202fMiB of 4.00\u202fMiB, 75\u202f%", "90\u202f% of 100 reads", "7, no limit said");
        assertThat(browser.text(".store[data-state=down]"))
                .contains("down since", "connection refused", "no values")
                .doesNotContain("Memory", "MiB");
        assertThat(browser.evaluate("document.querySelectorAll('.store[data-state=down] dl').length")
                        .asInt())
                .isZero();
        await("draws the gauge", "document.querySelectorAll('#gauge .u-over').length === 1");
        assertThat(browser.evaluate("document.querySelector('#gauge .plot').getAttribute('aria-label')")
                        .asText())
                .isEqualTo("memory.used.bytes. Last values: memory.used.bytes 3.00\u202fMiB");
        show("stores", window + "&kind=redis&subject=" + Fleet.DOWN);
        await(
                "says that there is nothing",
                "document.querySelector('#gauge').textContent.includes('Nothing was measured')");
    }

    @Test
    void slow_areListedBySeverity_andTheirStacksDrawn() throws Exception {
        show("slow", window);
        JsonNode answer = rest("slow?" + window + "&limit=50");
        await(
                "lists them",
                "document.querySelectorAll('.log details').length === "
                        + answer.get("slowOps").size());
        assertThat(answer.get("slowOps").size()).isEqualTo(2 * Fleet.STEPS);
        assertThat(browser.text(".log details .latency")).isEqualTo("900\u202fms");
        assertThat(browser.evaluate("document.querySelector('.log details .latency').title")
                        .asText())
                .isEqualTo(exact(answer.at("/slowOps/0/latencyNanos").asLong()) + " ns");
        assertThat(browser.text(".log details .key")).contains("<script>").hasSizeLessThan(200);
        click("[...document.querySelectorAll('.log summary')].pop()");
        assertThat(browser.evaluate("[...document.querySelectorAll('.log details')].pop().innerText")
                        .asText())
                .contains("shop.Cart.load(Cart.java:12)", "its threshold of");

        JsonNode graph = rest("flamegraph?" + window);
        await("draws the graph", "document.querySelectorAll('.flame .box').length === " + nodes(graph.get("root")));
        String all = "document.querySelector('.flame .toneall')";
        assertThat(browser.evaluate(all + ".getAttribute('aria-label')").asText())
                .contains(graph.get("ops").asText() + " slow operations", "100\u202f% of all");
        browser.evaluate("{const s = document.querySelector('#flame-search'); s.value = 'checkout.pay';"
                + " s.dispatchEvent(new Event('input'))}");
        assertThat(browser.evaluate("document.querySelectorAll('.flame .hit').length")
                        .asInt())
                .isEqualTo(1);
        browser.evaluate(
                "document.querySelector('.flame .hit').dispatchEvent(new MouseEvent('click', {bubbles: true}))");
        String zoomed = "document.querySelector('.flame .hit rect').getAttribute('width')"
                + " === document.querySelector('.flame .toneall rect').getAttribute('width')";
        await("zooms", zoomed);
        assertThat(browser.evaluate("document.activeElement.getAttribute('aria-label')")
                        .asText())
                .startsWith("shop.Checkout.pay: ");
        key("ArrowUp");
        assertThat(browser.evaluate("document.activeElement.getAttribute('aria-label')")
                        .asText())
                .startsWith("shop.Cart.load: ");
        key("Escape");
        await("goes back", "!(" + zoomed + ")");
    }

    @Test
    void compare_putsTheSignificantFirst_inWords() throws Exception {
        Instant middle = fleet.from.plus(Duration.ofMinutes(30));
        String asked = "from=" + middle + "&to=" + fleet.to + "&beforeFrom=" + fleet.from + "&beforeTo=" + middle
                + "&by=service,store,op";
        show("compare", asked);
        JsonNode answer = rest("compare?" + asked);
        await("shows the changes", rows("#changes") + ".length > 0");
        assertThat(browser.text("#changes")).contains(answer.get("summary").asText());
        assertThat(column("#changes", "What").get(0)).isNotEmpty();
        assertThat(browser.text("#changes tbody tr")).contains("shop", "GET", "latency, p50", "slower", "not chance");
        assertThat(browser.text("#changes tbody tr:last-child"))
                .contains("no significant change", "may well be chance");
        click(
                "[...document.querySelectorAll('[data-section=compare] .choice button')].find(b => b.dataset.value === '7d' && b.textContent.includes('week'))");
        await(
                "compares with a week earlier",
                "location.hash.includes('back=7d') && document.querySelector('#changes').textContent.includes('nothing to compare with')");
    }

    @Test
    void capacity_saysWhatRunsOutWhen_andWhatToBuy() throws Exception {
        String one = "&store=" + Fleet.UP + "&metric=connections.open.count";
        show("capacity", "ahead=7d&today=2xm7g.large&replicas=1" + one);
        JsonNode answer = rest("capacity?horizon=7d");
        await(
                "shows the resources",
                rows("#resources") + ".length === " + answer.get("resources").size());
        assertThat(answer.get("resources").size()).isEqualTo(3);
        assertThat(answer.at("/resources/0/resource/metric").asText()).isEqualTo("connections.open.count");
        assertThat(column("#resources", "Now").get(0))
                .isEqualTo(answer.at("/resources/0/current").asText());
        assertThat(browser.text("#resources tbody tr:last-child")).contains("memory.used.bytes", "no limit");
        assertThat(browser.text("#resources")).contains("none to score yet", "<script>");
        await("draws what is expected", "document.querySelectorAll('#forecast .u-over').length === 1");
        assertThat(browser.text("#forecast")).contains("connections.open.count", "full ", "limit");
        JsonNode plan = rest("recommendations?horizon=7d&today=2xm7g.large&replicas=1&store=" + Fleet.UP);
        assertThat(browser.text("#advice"))
                .contains("prices in USD of 2026-06-17", "advised", "today", "2 × m7g.large, 1 replica each")
                .contains(plan.at("/stores/0/findings/0").asText())
                .contains(plan.at("/stores/0/advice/best/cost/perYear").asText());

        browser.evaluate("{document.querySelector('#advice input').value = '3xhuge';"
                + " document.querySelector('#advice form').requestSubmit()}");
        await(
                "says what is wrong with the question",
                "document.querySelector('#advice .bad').textContent.startsWith(\"today: '3xhuge' (expected such as\")");
        assertThat(browser.evaluate(rows("#resources") + ".length").asInt()).isEqualTo(3);
        browser.complaints().removeIf(complaint -> complaint.contains("status of 400"));
    }

    @Test
    void agents_sayWhatTheyConfirmed_andHotKeysWhoCausesThem() throws Exception {
        show("agents", "");
        await("shows both", rows("#fleet") + ".length === 2");
        JsonNode answer = rest("agents");
        assertThat(answer.get("agents").size()).isEqualTo(2);
        assertThat(browser.text("#fleet"))
                .contains(
                        "1.2.3-test", "shop", "2, refused the newer one", "5.0\u202fs", "its own", "2 of 2 connected");
        assertThat(browser.text("#not-kept")).contains("<script>", "18");

        show("hotkeys", window);
        JsonNode keys = rest("hotkeys?" + window).get("hotKeys");
        await("shows the keys", rows("#hot-keys") + ".length === " + keys.size());
        assertThat(column("#hot-keys", "Count").get(0))
                .isEqualTo("exactly " + exact(keys.at("/0/count").asLong()));
        assertThat(browser.text("#hot-keys tbody tr")).contains("user:1", "shop");
        assertThat(browser.text("#hot-keys tbody tr:last-child"))
                .contains("\\u202e<script>")
                .hasSizeLessThan(700);
    }

    @Test
    void alerts_sayWhatIsWrong_andAreSilencedThere() throws Exception {
        Labels labels = Labels.of("kind", "redis", "subject", "redis://" + Fleet.HOSTILE);
        fleet.alerts.add("memory.used.bytes", labels, Clock.systemUTC().instant(), 95);
        fleet.alerts.add("memory.limit.bytes", labels, Clock.systemUTC().instant(), 100);
        fleet.alerts.evaluate();
        show("alerts", "");
        await("lists the alerts", "document.querySelectorAll('#alerts-now .alert').length === 2");
        String first = "document.querySelector('#alerts-now .alert')";
        assertThat(browser.text("#alerts-now .alert summary"))
                .contains("critical", "MemoryHigh", "uses 95 % of its memory", "firing");
        await("shows the rules", rows("#alerts-rules table") + ".length === 2");
        await("shows the receivers", rows("#alerts-receivers table") + ".length === 1");

        browser.evaluate(first + ".open = true");
        browser.evaluate(first + ".querySelector('input').value = 'ada'");
        click(first + ".querySelector('button')");
        await("has a silence", rows("#alerts-silences table") + ".length === 1");
        assertThat(browser.text("#alerts-silences tbody")).contains("active", "ada", "alertname=\"MemoryHigh\"");
        await("says that nobody is told", first + ".textContent.includes('firing, not told')");
        assertThat(rest("alerts?state=firing").at("/alerts/0/mutedBy").asText()).startsWith("silence ");
        click("document.querySelector('#alerts-silences tbody button')");
        await("ends it", "document.querySelector('#alerts-silences tbody').textContent.includes('ended')");
        click("document.querySelector('#alerts-receivers tbody button')");
        await("tests a receiver", "document.querySelector('#alerts-receivers .said').textContent === 'it arrived'");
    }

    @Test
    void configuration_showsItsHistory_toThoseWhoMaySeeIt() throws Exception {
        fleet.config.set(java.util.Map.of("b", Fleet.HOSTILE), io.kvops.server.http.ConfigControl.ANY, Fleet.HOSTILE);
        show("config", "");
        long version = rest("config").get("version").asLong();
        await("shows what is in force", "document.querySelector('#config-now dd')?.textContent === '" + version + "'");
        assertThat(browser.evaluate("document.querySelectorAll('#config-versions details').length")
                        .asInt())
                .isEqualTo(rest("config/versions").get("versions").size());
        assertThat(browser.text("#config-versions details:last-child")).contains("Version 1", "collector");

        String locked = openDoor(fleet, List.of(new AccessToken("ada", VIEWER, Role.VIEWER)));
        browser.show(locked + "#config");
        await("asks for a token", "!document.querySelector('#login').hidden");
        browser.evaluate("document.querySelector('#login-token').value = '" + VIEWER
                + "'; document.querySelector('#login-form').requestSubmit()");
        await(
                "says who may",
                "document.querySelector('[data-section=config] > .bad')?.textContent.includes('needs the role operator')");
        browser.evaluate("location.hash = 'agents'");
        await("shows the rest to a viewer", rows("#fleet") + ".length === 2");
        browser.complaints().removeIf(complaint -> complaint.contains("status of 403"));
    }

    @Test
    void sections_nothingHappened_sayWhatToDoNext() throws Exception {
        try (TestView empty = new TestView()) {
            String door = openDoor(empty, List.of());
            for (String section : List.of("operations", "hotkeys", "slow", "compare", "agents")) {
                browser.show(door + "#" + section);
                await(
                        "says what to do",
                        "document.querySelector('[data-section=" + section
                                + "] .nothing code:last-of-type') !== null && document.querySelector('[data-section="
                                + section
                                + "] .nothing').textContent.includes('-javaagent:')");
            }
            browser.show(door + "#stores");
            await(
                    "says how to name stores",
                    "document.querySelector('[data-section=stores] .nothing')?.textContent.includes('targets:')");
            browser.show(door + "#capacity");
            await(
                    "says how to name stores",
                    "document.querySelector('[data-section=capacity] .nothing')?.textContent.includes('targets:')");
        }
    }

    private void show(String section, String query) throws Exception {
        browser.show(base + "#" + section + (query.isEmpty() ? "" : "?" + query));
        browser.resize(1280, 900);
    }

    private void click(String element) throws Exception {
        browser.evaluate(element + ".click()");
    }

    private void key(String name) throws Exception {
        browser.evaluate("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: '" + name
                + "', bubbles: true}))");
    }

    private static String rows(String table) {
        return "document.querySelectorAll('" + table + " tbody tr')";
    }

    /** The exact values of a column, from top to bottom. */
    private List<String> column(String table, String name) throws Exception {
        JsonNode found = browser.evaluate("{const heads = [...document.querySelectorAll('" + table
                + " thead th')].map(h => h.textContent); [..." + rows(table)
                + "].map(r => { const c = r.cells[heads.indexOf('"
                + name + "')]; return c.title || c.textContent; })}");
        List<String> texts = new ArrayList<>();
        found.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private JsonNode rest(String path) throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(base + "api/v1/" + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static long max(JsonNode breakdown, String field) {
        long most = 0;
        for (JsonNode group : breakdown.get("groups")) {
            most = Math.max(most, group.get(field).asLong());
        }
        return most;
    }

    private static int nodes(JsonNode node) {
        int sum = 1;
        for (JsonNode child : node.get("children")) {
            sum += nodes(child);
        }
        return sum;
    }

    /** 12 345 as the page writes it. */
    private static String exact(long n) {
        return String.format(java.util.Locale.ROOT, "%,d", n).replace(',', '\u202f');
    }

    private void await(String what, String expression) {
        Awaitility.await("the page " + what)
                .atMost(Duration.ofSeconds(40))
                .until(() -> browser.evaluate(expression).asBoolean());
    }
}
