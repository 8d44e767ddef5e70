package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFileTest {
    @Test
    void shippedRules_load_andUseGaugesThatExist() throws Exception {
        RuleFile file = RuleFile.load(Path.of("../../config/alerts.yaml"));
        assertThat(file.names()).contains("StoreDown", "MemoryHigh", "StorageFullSoon", "EtcdNoLeader", "HostCpuHigh");
        String documented =
                Files.readString(Path.of("../stores/README.md")) + Files.readString(Path.of("../server/README.md"));
        Set<String> known = new HashSet<>();
        Matcher name = Pattern.compile("[a-z]+(?:\\.[a-z0-9]+)+").matcher(documented);
        while (name.find()) {
            known.add(MetricName.plain(name.group()));
        }
        assertThat(known).containsAll(file.metrics());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            groups: [{rules: [{alert: A, expr: x > 1, fro: 5m}]}];        f:1: groups[0].rules[0].fro: unknown
            groups: [{rules: [{alert: A, expr: x >}]}];                   groups[0].rules[0].expr: column
            groups: [{rules: [{alert: A}]}];                              has no expression
            groups: [{rules: [{expr: x > 1}]}];                           has no name
            groups: [{rules: [{alert: A, expr: x > 1}, {alert: A, expr: x > 1}]}]; is there twice
            groups: [{rules: [{alert: A, expr: x > 1, for: soon}]}];      for: 'soon' (expected a duration
            groups: [{rules: [{alert: A, expr: x > 1, level: bad}]}];     level: 'bad' (expected info
            groups: [{rules: [{alert: A, expr: x > 1, no_data: no}]}];    no_data: 'no' (expected resolve
            groups: [{rules: [{alert: A, expr: x > 1, match: ["a"]}]}];   match[0]: 'a' (expected LABEL=VALUE
            groups: [{rules: [{alert: A, expr: x > 1, match: ['a=~"("']}]}]; expected a regular expression
            groups: [{interval: 0, rules: []}];                           expected more than 0
            groups: 5;                                                    '5' (expected a list)
            routes: [{receivers: [nobody]}];                              routes[0].receivers[0]: 'nobody' (expected a name under
            routes: [{mute: [never]}];                                    'never' (expected a name under calendar)
            calendar: {x: [{days: [someday]}]};                           'someday' (expected mon
            calendar: {x: [{from: "25:00"}]};                             '25:00' (expected 22:00
            rules: [];                                                    f:1: rules: unknown
            "a: [";                                                       not YAML that can be read
            `groups: []\ngroups: []`;                                     f:2: groups: is there twice
            `groups: [{rules: [{alert: A, expr: x > 1, annotations: {a: "{{ y }}"}}]}]`; {{ y }} is not known here
            `groups: [{rules: [{alert: A, expr: x > 1, labels: {a: "{{ value }}"}}]}]`;  {{ value }} is not known here
            """)
    void wrongFile_isRefused_withLineAndReason(String text, String expected) {
        assertThatThrownBy(() -> RuleFile.parse("f", text.replace("\\n", "\n").replaceAll("^\"a: \\[\"$", "a: [")))
                .isInstanceOf(RulesException.class)
                .hasMessageContaining(expected)
                .hasMessageStartingWith("f:");
    }

    @Test
    void allProblems_areSaidAtOnce_withTheirLines() {
        assertThatThrownBy(() -> RuleFile.parse("f", """
                groups:
                  - rules:
                      - alert: A
                        expr: x >
                      - alert: B
                        expr: y > 1
                        for: soon
                """))
                .satisfies(e -> assertThat(e.getMessage().lines())
                        .hasSize(2)
                        .anyMatch(line -> line.startsWith("f:4: groups[0].rules[0].expr"))
                        .anyMatch(line -> line.startsWith("f:7: groups[0].rules[1].for")));
    }

    @Test
    void empty_isRefused_butNoRulesAreAllowed() throws Exception {
        assertThatThrownBy(() -> RuleFile.parse("f", "# nothing\n")).hasMessageContaining("is empty");
        assertThat(RuleFile.parse("f", "{}").names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T21:30:00Z, true", // Friday 22:30 in Berlin
        "2026-01-02T20:30:00Z, false",
        "2026-01-03T04:30:00Z, true", // the night that began on Friday
        "2026-01-03T05:30:00Z, false",
        "2026-07-03T20:30:00Z, true", // summer time
        "2026-12-24T12:00:00Z, true",
        "2026-12-25T00:00:00Z, false"
    })
    void calendar_holds(Instant at, boolean expected) throws Exception {
        RuleFile file = RuleFile.parse("f", """
                calendar:
                  off:
                    - {days: [fri], from: "22:00", to: "06:00", zone: Europe/Berlin}
                    - {begins: "2026-12-24T00:00:00Z", ends: "2026-12-25T00:00:00Z"}
                """);
        assertThat(file.calendar().holds("off", at)).isEqualTo(expected);
        assertThat(file.calendar().holds("other", at)).isFalse();
    }
}
