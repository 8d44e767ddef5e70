package io.kvops.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvops.server.CollectorConfig;

/** Any text is a configuration, or every problem of it is said in a line each; what is written is read as the same. */
class ConfigFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void parse(FuzzedDataProvider data) throws ConfigException {
        String text = data.consumeRemainingAsString();
        try {
            ConfigTree tree = ConfigTree.parse("fuzz.yaml", text);
            String written = ConfigTree.text(tree.root());
            // as texts: a number that is infinite comes back as its name
            assertThat(ConfigTree.parse("written", written).root().toString())
                    .isEqualTo(tree.root().toString());
        } catch (ConfigException e) {
            assertThat(e.problems())
                    .isNotEmpty()
                    .allMatch(problem -> problem.lines().count() <= 1);
        }
        try {
            CollectorConfig.read("fuzz.yaml", text, CollectorConfig.Overrides.NONE);
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }
}
