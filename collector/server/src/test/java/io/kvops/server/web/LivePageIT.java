package io.kvops.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvops.analyzer.OpType;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.security.AccessToken;
import io.kvops.server.security.Role;
import io.kvops.server.testing.TestView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The live page and the report in a real browser, served by the real door, fed by the real analyzer. */
class LivePageIT {
    private static final String INSTALL = "no Chromium found; install one: apt-get install chromium";
    private static final String HOSTILE_KEY = "<img src=x onerror=document.title='taken'>\u202egpj";

    // a browser may still be writing its profile while it ends
    @TempDir(cleanup = CleanupMode.NEVER)
    Path profile;

    private final Clock clock = Clock.systemUTC();
    private final TestView view = new TestView();
    private final PerformanceAnalyzer analyzer = view.analyzer;
    private HttpDoor door;
    private Chromium browser;

    @BeforeEach
    void open() throws Exception {
        Optional<Path> executable = Chromium.find();
        if (executable.isEmpty() && Boolean.getBoolean("kvops.requireServices")) {
            fail(INSTALL);
        }
        assumeTrue(executable.isPresent(), INSTALL);
        door = openDoor(0);
        browser = Chromium.open(executable.get(), Files.createDirectories(profile.resolve("profile")));
    }

    private HttpDoor openDoor(int port) throws Exception {
        HttpDoor opened = new HttpDoor(HttpConfig.DEFAULTS.withPort(port), view, clock);
        opened.start();
        return opened;
    }

    @AfterEach
    void close() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (door != null) {
            door.close();
        }
    }

    @Test
    void page_operationsHappen_showsThemAsTheyCome() throws Exception {
        browser.resize(1280, 900);
        browser.show("http://127.0.0.1:" + door.port() + "/");
        await("says that nothing has reported yet", "!document.querySelector('#empty').hidden");
        assertThat(browser.text("#empty")).contains("-javaagent:");

        count(300);
        await("shows the operations", "document.querySelectorAll('#ops tbody tr').length === 2");
        assertThat(browser.evaluate("document.querySelector('#empty').hidden").asBoolean())
                .isTrue();
        await("counts them", "document.querySelector('#now-ops').title.includes('300 since')");
        await("draws them", "document.querySelectorAll('.u-over').length === 2");
        assertThat(browser.text("#ops tbody")).contains("GET", "PUT");
        assertThat(browser.text("#state-text")).isEqualTo("live");

        count(700);
        await("numbers change", "document.querySelector('#now-ops').title.includes('1\\u202f000 since')");

        assertThat(browser.text("#hot tbody"))
                .contains("<img src=x onerror=document.title='taken'>")
                .doesNotContain("\u202e");
        assertThat(browser.evaluate("document.querySelectorAll('#live img').length")
                        .asInt())
                .isZero();
        assertThat(browser.evaluate("document.title").asText()).isEqualTo("kvops – live");
        assertThat(browser.evaluate(
                                "performance.getEntriesByType('resource').every(r => new URL(r.name).host === location.host)")
                        .asBoolean())
                .as("nothing is loaded from elsewhere")
                .isTrue();
        for (int width : new int[] {1280, 768, 390, 360}) {
            browser.resize(width, 800);
            await("fits into " + width + " pixels", "document.documentElement.scrollWidth <= " + width);
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void page_collectorGoesAndComesBack_saysSo() throws Exception {
        count(10);
        int port = door.port();
        browser.show("http://127.0.0.1:" + port + "/");
        await("is live", "document.querySelector('#state').dataset.state === 'live'");

        door.close();
        await("reconnects", "document.querySelector('#state').dataset.state === 'reconnecting'");
        await("gives the collector up", "document.querySelector('#state').dataset.state === 'gone'");
        assertThat(browser.text("#gone")).contains("./kvops collector");

        door = openDoor(port);
        await("is live again", "document.querySelector('#state').dataset.state === 'live'");
        assertThat(browser.evaluate("document.querySelector('#gone').hidden").asBoolean())
                .isTrue();
    }

    @Test
    void page_tokensConfigured_asksForOne() throws Exception {
        count(20);
        door.close();
        door = new HttpDoor(
                HttpConfig.DEFAULTS.toBuilder()
                        .port(0)
                        .tokens(List.of(new AccessToken("ada", "a-token-for-the-test", Role.VIEWER)))
                        .build(),
                view,
                clock);
        door.start();
        browser.resize(390, 800);
        browser.show("http://127.0.0.1:" + door.port() + "/");
        await("asks for a token", "!document.querySelector('#login').hidden");
        assertThat(browser.evaluate("document.querySelector('#live').hidden").asBoolean())
                .isTrue();
        await("fits", "document.documentElement.scrollWidth <= 390");

        String enter = "document.querySelector('#login-token').value = '%s';"
                + " document.querySelector('#login-form').requestSubmit()";
        browser.evaluate(enter.formatted("not-the-right-token"));
        await("says no", "document.querySelector('#login-problem').textContent.includes('not known')");
        browser.evaluate(enter.formatted("a-token-for-the-test"));
        await("shows the operations", "document.querySelectorAll('#ops tbody tr').length === 2");
        assertThat(browser.evaluate("document.cookie").asText()).isEmpty();
        assertThat(browser.evaluate("document.querySelector('#login').hidden").asBoolean())
                .isTrue();
        browser.evaluate("document.querySelector('#logout').click()");
        await("asks again", "!document.querySelector('#login').hidden");
    }

    @Test
    void report_inABrowser_fitsAndRunsNothing() throws Exception {
        count(500);
        String address = "http://127.0.0.1:" + door.port() + "/api/v1/report?last=1h&format=html";
        browser.resize(1280, 900);
        browser.show(address);

        assertThat(browser.text("h1")).isEqualTo("kvops report");
        assertThat(browser.evaluate("document.querySelectorAll('#operations tbody tr').length")
                        .asInt())
                .isEqualTo(2);
        assertThat(browser.evaluate("document.querySelector('.tiles dd').title").asText())
                .isEqualTo("500");
        assertThat(browser.text("#hotkeys tbody")).contains("<img src=x");
        assertThat(browser.evaluate("document.images.length + document.scripts.length")
                        .asInt())
                .isZero();
        for (int width : new int[] {1280, 390, 360}) {
            browser.resize(width, 800);
            await("fits into " + width + " pixels", "document.documentElement.scrollWidth <= " + width);
        }
        assertThat(browser.complaints()).isEmpty();
    }

    private void await(String what, String expression) {
        Awaitility.await("the page " + what)
                .atMost(Duration.ofSeconds(40))
                .until(() -> browser.evaluate(expression).asBoolean());
    }

    /** Operations of this process: nine GET of one hostile key, then a PUT, and so on. */
    private void count(int times) {
        for (int i = 0; i < times; i++) {
            boolean put = i % 10 == 9;
            analyzer.start("redis", put ? OpType.PUT : OpType.GET, put ? "order:" + i : HOSTILE_KEY)
                    .close();
        }
    }
}
