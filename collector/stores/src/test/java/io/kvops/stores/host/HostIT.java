package io.kvops.stores.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.Measurement;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.ServerProcess;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The host's gauges beside what its own tools say: free, df, nproc, and /proc as awk reads it. */
@EnabledOnOs(OS.LINUX)
class HostIT {
    private static final String FOLDER = "{folder=\"/\"}";

    /** What only grows: what was measured lies between what the tool said before and after. */
    private static final Map<String, String> GROWING = Map.ofEntries(
            Map.entry("uptime.seconds", "awk '{print $1}' /proc/uptime"),
            Map.entry(
                    "cpu.used.seconds.total",
                    "awk '/^cpu /{printf \"%.2f\", ($2+$3+$4+$7+$8)/'$(getconf CLK_TCK)'}' /proc/stat"),
            Map.entry(
                    "host.cpu.idle.seconds.total",
                    "awk '/^cpu /{printf \"%.2f\", $5/'$(getconf CLK_TCK)'}' /proc/stat"),
            Map.entry(
                    "host.cpu.stolen.seconds.total",
                    "awk '/^cpu /{printf \"%.2f\", $9/'$(getconf CLK_TCK)'}' /proc/stat"),
            Map.entry("network.in.bytes.total", net("$1")),
            Map.entry("network.out.bytes.total", net("$9")),
            Map.entry("host.network.errors.count.total", net("$3+$11")),
            Map.entry("host.network.dropped.count.total", net("$4+$12")),
            Map.entry("host.disk.read.bytes.total", "awk '/^pgpgin /{printf \"%.0f\", $2*1024}' /proc/vmstat"),
            Map.entry("host.disk.written.bytes.total", "awk '/^pgpgout /{printf \"%.0f\", $2*1024}' /proc/vmstat"),
            Map.entry("host.page.faults.count.total", "awk '/^pgmajfault /{print $2}' /proc/vmstat"));

    /** What is the same at each look. */
    private static final Map<String, String> FIXED = Map.of(
            "cpu.cores.count",
            "nproc",
            "memory.limit.bytes",
            "free -b | awk '/^Mem:/{print $2}'",
            "host.swap.limit.bytes",
            "free -b | awk '/^Swap:/{print $2}'",
            "host.disk.limit.bytes" + FOLDER,
            "df -B1 --output=size / | tail -1",
            "storage.limit.bytes",
            "df -B1 --output=size / | tail -1");

    /** What goes up and down, and by how much at most between two looks. */
    private static final Map<String, Double> SLACK = Map.of(
            "memory.used.bytes",
            64e6,
            "host.memory.cached.bytes",
            64e6,
            "host.memory.dirty.bytes",
            64e6,
            "host.swap.used.bytes",
            16e6,
            "host.disk.used.bytes" + FOLDER,
            64e6,
            "host.disk.usable.bytes" + FOLDER,
            64e6,
            "storage.used.bytes",
            64e6,
            "host.load.one.minute.count",
            1.0,
            "host.load.fifteen.minutes.count",
            0.5,
            "host.processes.count",
            50.0);

    private static final Map<String, String> MOVING = Map.of(
            "memory.used.bytes",
            "free -b | awk '/^Mem:/{printf \"%.0f\", $2-$7}'",
            "host.memory.cached.bytes",
            "awk '/^Cached:/{printf \"%.0f\", $2*1024}' /proc/meminfo",
            "host.memory.dirty.bytes",
            "awk '/^Dirty:/{printf \"%.0f\", $2*1024}' /proc/meminfo",
            "host.swap.used.bytes",
            "free -b | awk '/^Swap:/{print $3}'",
            "host.disk.used.bytes" + FOLDER,
            "df -B1 --output=used / | tail -1",
            "host.disk.usable.bytes" + FOLDER,
            "df -B1 --output=avail / | tail -1",
            "storage.used.bytes",
            "df -B1 --output=used / | tail -1",
            "host.load.one.minute.count",
            "awk '{print $1}' /proc/loadavg",
            "host.load.fifteen.minutes.count",
            "awk '{print $3}' /proc/loadavg",
            "host.processes.count",
            "awk '{sub(\".*/\", \"\", $4); print $4}' /proc/loadavg");

    private static String net(String columns) {
        return "sed 's/:/ : /' /proc/net/dev | awk 'NR>2 && $1!=\"lo\"{$1=\"\";$2=\"\";$0=$0;s+=" + columns
                + "}END{printf \"%.0f\", s}'";
    }

    @BeforeEach
    void tools() {
        ServerProcess.require("free", "procps");
    }

    @Test
    @DisplayName("what only grows lies between what the host's tools say before and after")
    void counters_equalTheHostsOwnTools() throws Exception {
        Map<String, Double> before = say(GROWING);
        Measurement found = Addresses.measure("host:/");
        Map<String, Double> after = say(GROWING);

        assertThat(found.state()).as(found.problem()).isEqualTo(Measurement.State.UP);
        GROWING.keySet()
                .forEach(gauge -> assertThat(found.values().get(gauge))
                        .as(gauge)
                        .isBetween(before.get(gauge) - 0.02, after.get(gauge) + 0.02));
    }

    @Test
    @DisplayName("everything else is what free, df, nproc and /proc say")
    void gauges_equalTheHostsOwnTools() throws Exception {
        // a busy machine moves more between two looks: then look again
        await().atMost(Addresses.TIMEOUT).untilAsserted(() -> {
            Measurement found = Addresses.measure("host:/");
            Map<String, Double> said = say(MOVING);
            said.forEach((gauge, value) ->
                    assertThat(found.values().get(gauge)).as(gauge).isCloseTo(value, within(SLACK.get(gauge))));
            assertThat(found.values()).containsAllEntriesOf(say(FIXED));
        });
    }

    private static Map<String, Double> say(Map<String, String> commands) throws Exception {
        Map<String, Double> said = new TreeMap<>();
        for (Map.Entry<String, String> command : commands.entrySet()) {
            String text = ServerProcess.output(List.of("sh", "-c", command.getValue()))
                    .strip();
            assertThat(text).as(command.getValue()).matches("[0-9.]+");
            said.put(command.getKey(), Double.valueOf(text));
        }
        return said;
    }
}
