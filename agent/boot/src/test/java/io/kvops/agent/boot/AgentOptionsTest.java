package io.kvops.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
    @TempDir
    Path folder;

    private static AgentOptions of(String arguments) {
        return AgentOptions.load(arguments, new Properties(), Map.of());
    }

    @Test
    void defaults() {
        AgentOptions options = of("");
        assertThat(options.problems()).isEmpty();
        assertThat(options.text("collector")).isEqualTo("127.0.0.1:7171");
        assertThat(options.nanos("slow")).isEqualTo(1_000_000);
        assertThat(options.count("slow.max")).isEqualTo(1_000);
        assertThat(options.flag("slow.stack")).isTrue();
        assertThat(options.nanos("interval")).isEqualTo(1_000_000_000L);
        assertThat(options.bytes("memory")).isEqualTo(16 << 20);
        assertThat(options.bytes("spool.max")).isEqualTo(64 << 20);
        assertThat(options.flag("enabled")).isTrue();
        assertThat(options.text("keys")).isEqualTo("plain");
        assertThat(options.rules()).isEmpty();
        assertThat(options.logFile(7).getName()).isEqualTo("kvops-agent-7.log");
        assertThat(options.spoolFolder()).contains("kvops-spool-");
    }

    @Test
    void load_argumentsWinOverPropertiesOverEnvironmentOverFile() throws Exception {
        Path file = folder.resolve("agent.properties");
        Files.writeString(file, "service=file\ninstance=file\ntoken=file\nlog=file\nrule.1=class:A;method:m\n");
        Properties properties = new Properties();
        properties.setProperty("kvops.service", "property");
        properties.setProperty("kvops.instance", "property");
        Map<String, String> environment =
                Map.of("KVOPS_SERVICE", "env", "KVOPS_INSTANCE", "env", "KVOPS_TOKEN", "env", "KVOPS_SLOW_MAX", "5");
        AgentOptions options = AgentOptions.load("service=args,config=" + file, properties, environment);
        assertThat(options.problems()).isEmpty();
        assertThat(options.text("service")).isEqualTo("args");
        assertThat(options.text("instance")).isEqualTo("property");
        assertThat(options.text("token")).isEqualTo("env");
        assertThat(options.text("log")).isEqualTo("file");
        assertThat(options.count("slow.max")).isEqualTo(5);
        assertThat(options.rules()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colector=h:1 | unknown option colector=h:1 | collector",
                "slow=fast | slow=fast | a duration",
                "slow=5 | slow=5 | a duration",
                "memory=-1 | memory=-1 | a size",
                "collector=nowhere | collector=nowhere | host:port",
                "keys=secret | keys=secret | plain, hash or pattern",
                "enabled=yes | enabled=yes | true or false",
                "slow.max=many | slow.max=many | whole number",
                "rule=class:A | rule=class:A | method",
                "rule=class:A;method:m;key:x | key:x | number of an argument",
                "rule=class:A;method:m;colour:red | colour:red | expected class:",
                "config=/nowhere/x | config=/nowhere/x | properties file",
            })
    void load_notUnderstood_oneLineNamesItAndWhatIsExpected(String arguments, String named, String expected) {
        AgentOptions options = of(arguments);
        assertThat(options.problems()).hasSize(1);
        assertThat(options.problems().get(0)).contains(named).contains(expected).doesNotContain("\n");
        assertThat(options.nanos("slow")).isEqualTo(1_000_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rule=class:com.acme.Server;method:get;op:GET;key:0;store:acme;value:return;miss:null",
                "rule=class:a.B;method:put(byte[]\\,byte[]);key:0.id().text();value:1;future",
                "rule=interface:a.B;method:put(2);op:arg:0;key:1"
            })
    void rule_parses(String argument) {
        AgentOptions options = of(argument);
        assertThat(options.problems()).isEmpty();
        assertThat(options.rules()).hasSize(1);
    }

    @Test
    void rule_parts() {
        RuleSpec rule = of("rule=class:a.B;method:put(byte[]\\,long);op:PUT;key:0;value:return;where:here")
                .rules()[0];
        assertThat(rule.targetName()).isEqualTo("a.B");
        assertThat(rule.parameterTypes()).containsExactly("byte[]", "long");
        assertThat(rule.op()).isEqualTo("PUT");
        assertThat(rule.store()).isEqualTo("custom");
        assertThat(rule.where()).isEqualTo("here");
        assertThat(rule.opArgument()).isEqualTo(-1);
    }

    @Test
    void nameSet_containsWhatItWasGiven() {
        NameSet names = new NameSet(new String[] {"a/B", "c/D"});
        assertThat(names.contains("a/B")).isTrue();
        assertThat(names.contains("c/D")).isTrue();
        assertThat(names.contains("java/lang/String")).isFalse();
    }
}
