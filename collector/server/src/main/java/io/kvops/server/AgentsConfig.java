package io.kvops.server;

import io.kvops.server.config.Amounts;
import io.kvops.server.config.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What agents are told, by the names of their own options ({@code slow.max}). What is absent is left to how each agent was
 * started.
 *
 * @param all options of every agent
 * @param services options of the agents of one service; they win over {@code all}
 */
public record AgentsConfig(Map<String, String> all, Map<String, Map<String, String>> services) {
    /** Agents are left as they were started. */
    public static final AgentsConfig NONE = new AgentsConfig(Map.of(), Map.of());

    private static final int MAX_SERVICES = 10_000;
    private static final int MAX_SLOW = 10_000;
    private static final List<String> KEY_MODES = List.of("plain", "hash", "pattern");

    public AgentsConfig {
        all = Map.copyOf(all);
        Map<String, Map<String, String>> copies = new LinkedHashMap<>();
        services.forEach((service, options) -> copies.put(service, Map.copyOf(options)));
        services = Map.copyOf(copies);
        if (services.size() > MAX_SERVICES) {
            throw new IllegalArgumentException(
                    "agents.services: " + services.size() + " of them (expected at most " + MAX_SERVICES + ")");
        }
    }

    static AgentsConfig read(Section agents, AgentsConfig base) {
        Map<String, String> all = options(agents.section("all"), base.all());
        Map<String, Map<String, String>> services = new LinkedHashMap<>(base.services());
        services.putAll(agents.each("services", section -> options(section, Map.of())));
        return new AgentsConfig(all, services);
    }

    private static Map<String, String> options(Section section, Map<String, String> base) {
        Map<String, String> options = new LinkedHashMap<>();
        option(options, base, section, "slow", "slow", "0s to 1h", duration(Duration.ZERO, Duration.ofHours(1)));
        option(options, base, section, "slowMax", "slow.max", "0 to " + MAX_SLOW, AgentsConfig::count);
        option(options, base, section, "slowStack", "slow.stack", "true or false", AgentsConfig::flag);
        option(
                options,
                base,
                section,
                "interval",
                "interval",
                "100ms to 10m",
                duration(Duration.ofMillis(100), Duration.ofMinutes(10)));
        option(
                options,
                base,
                section,
                "keys",
                "keys",
                "one of " + String.join(", ", KEY_MODES),
                text -> KEY_MODES.contains(text) ? text : null);
        option(options, base, section, "enabled", "enabled", "true or false", AgentsConfig::flag);
        return options;
    }

    private static void option(
            Map<String, String> options,
            Map<String, String> base,
            Section section,
            String key,
            String name,
            String expected,
            UnaryOperator<@Nullable String> make) {
        String value = section.optional(key, base.getOrDefault(name, ""), expected, make);
        if (!value.isEmpty()) {
            options.put(name, value);
        }
    }

    private static UnaryOperator<@Nullable String> duration(Duration least, Duration most) {
        return text -> Amounts.duration(String.valueOf(text))
                .filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0)
                // agents know no hours, and no numbers of more than nine digits
                .map(d -> d.equals(Duration.ofHours(1)) ? "60m" : Amounts.text(d))
                .filter(shown -> shown.matches("\\d{1,9}[a-z]+"))
                .orElse(null);
    }

    private static @Nullable String count(@Nullable String text) {
        return text != null && text.matches("\\d{1,6}") && Integer.parseInt(text) <= MAX_SLOW ? text : null;
    }

    private static @Nullable String flag(@Nullable String text) {
        return "true".equals(text) || "false".equals(text) ? text : null;
    }
}
