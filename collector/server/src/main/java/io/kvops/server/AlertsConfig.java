package io.kvops.server;

import io.kvops.rules.RuleFile;
import io.kvops.rules.RulesException;
import io.kvops.server.config.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What alerts there are. Two are equal if the same is written in them.
 *
 * @param enabled false: no rule is evaluated, and nobody is told
 * @param text the file of rules, as it is written
 * @param rules the same, read and checked
 */
public record AlertsConfig(boolean enabled, String text, RuleFile rules) {
    /** The rules that kvops comes with. */
    public static final AlertsConfig DEFAULTS = shipped();

    private static final RuleFile NO_RULES = parse("no rules", "{}").rules();
    private static final String FILE = "alerts.yaml";

    /**
     * Reads a text of rules.
     *
     * @param name what it is called in a message
     * @throws IllegalArgumentException with all that is wrong, a line each: file, line, path, received and expected
     */
    public static AlertsConfig parse(String name, String text) {
        try {
            return new AlertsConfig(true, text, RuleFile.parse(name, text));
        } catch (RulesException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static AlertsConfig shipped() {
        try (InputStream in = AlertsConfig.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException(FILE + " is not in this program");
            }
            return parse(FILE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AlertsConfig read(Section alerts, AlertsConfig base) {
        boolean enabled = alerts.flag("enabled", base.enabled());
        Path usual = base.equals(DEFAULTS) ? installed() : null;
        AlertsConfig found =
                alerts.file("rules", usual, "a file", AlertsConfig::parse).orElse(base);
        return new AlertsConfig(enabled, found.text(), found.rules());
    }

    /** Where kvops is installed, its rules may be edited in place. */
    private static @Nullable Path installed() {
        String home = System.getProperty("kvops.home");
        Path file = home == null ? null : Path.of(home, "config", FILE).toAbsolutePath();
        return file != null && Files.exists(file) ? file : null;
    }

    /** The rules that are to be evaluated. */
    RuleFile inForce() {
        return enabled ? rules : NO_RULES;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AlertsConfig config && config.enabled == enabled && config.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode() + (enabled ? 1 : 0);
    }

    /** Without the rules. */
    @Override
    public String toString() {
        return enabled ? "alerts of " + rules.names().size() + " rules" : "no alerts";
    }
}
