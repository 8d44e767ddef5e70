package io.kvops.agent.boot;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The agent's options. The agent's arguments win over system properties {@code kvops.*}, these over the environment
 * ({@code KVOPS_SLOW_MAX} is {@code slow.max}), that over the file named by {@code config=}. A value that is not understood
 * is reported and its default taken; nothing here throws. Immutable once loaded.
 */
public final class AgentOptions {
    /** Other parts of kvops, which share the prefix, use these. */
    private static final String[] NOT_OURS = {"home", "root", "data", "java.opts", "proof", "requireservices", "jdk25"};

    private final @Nullable String[] values = new String[OptionSpecs.COUNT_OF_OPTIONS];
    private final List<RuleSpec> rules = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private AgentOptions() {}

    /** Reads all four sources. */
    static AgentOptions load(String arguments) {
        return load(arguments, System.getProperties(), System.getenv());
    }

    static AgentOptions load(String arguments, Properties properties, Map<String, String> environment) {
        AgentOptions options = new AgentOptions();
        options.readArguments(arguments);
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith("kvops.")) {
                options.put(name.substring("kvops.".length()), properties.getProperty(name), "system property " + name);
            }
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (name.startsWith("KVOPS_")) {
                String option = name.substring("KVOPS_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                options.put(option, variable.getValue(), "environment variable " + name);
            }
        }
        String file = options.text("config");
        if (!file.isEmpty()) {
            options.readFile(file);
        }
        return options;
    }

    /** Splits at commas; {@code \,} is a comma inside a value. */
    private void readArguments(String arguments) {
        StringBuilder entry = new StringBuilder();
        for (int i = 0; i <= arguments.length(); i++) {
            char c = i == arguments.length() ? ',' : arguments.charAt(i);
            if (c == '\\' && i + 1 < arguments.length() && arguments.charAt(i + 1) == ',') {
                entry.append(',');
                i++;
            } else if (c != ',') {
                entry.append(c);
            } else if (entry.length() > 0) {
                int equals = entry.indexOf("=");
                String name = equals < 0 ? entry.toString() : entry.substring(0, equals);
                put(name.trim(), equals < 0 ? "" : entry.substring(equals + 1), "agent argument");
                entry.setLength(0);
            }
        }
    }

    private void readFile(String path) {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(new FileInputStream(path), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("option config=" + path + ": cannot be read (" + e.getMessage()
                    + "); expected a properties file; the agent goes on without it");
            return;
        }
        for (String name : properties.stringPropertyNames()) {
            String option = name.startsWith("kvops.") ? name.substring("kvops.".length()) : name;
            put(option, properties.getProperty(name), path);
        }
    }

    /** Takes a value, unless a source that wins gave one already. */
    private void put(String name, String value, String where) {
        if (name.equals(OptionSpecs.RULE) || name.startsWith(OptionSpecs.RULE + ".")) {
            putRule(value, where);
            return;
        }
        int index = OptionSpecs.indexOf(name);
        if (index < 0) {
            if (!isNotOurs(name)) {
                String nearest = OptionSpecs.nearest(name);
                problems.add("unknown option " + name + "=" + (OptionSpecs.isSecret(nearest) ? "..." : value) + " ("
                        + where + "); the nearest known one is " + nearest + "; ignored");
            }
            return;
        }
        if (values[index] != null) {
            return;
        }
        String expected = OptionSpecs.expected(index, value);
        if (expected != null) {
            problems.add("option " + name + "=" + value + " (" + where + "): expected " + expected + "; "
                    + OptionSpecs.defaultValue(index) + " is used instead");
        } else {
            values[index] = value;
        }
    }

    private void putRule(String value, String where) {
        try {
            rules.add(RuleSpec.parse(value));
        } catch (IllegalArgumentException e) {
            problems.add("option rule=" + value + " (" + where + "): " + e.getMessage() + "; this rule is ignored");
        }
    }

    private static boolean isNotOurs(String name) {
        if (name.startsWith("test.")) {
            return true;
        }
        for (String other : NOT_OURS) {
            if (other.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** One line for each option that was not understood: name, value, what is expected, what is done. */
    public List<String> problems() {
        return problems;
    }

    /** The value of an option, its default if it was not given. */
    public String text(String name) {
        int index = OptionSpecs.indexOf(name);
        String value = values[index];
        return value == null ? OptionSpecs.defaultValue(index) : value;
    }

    /**
     * These options with others in place of some of them: what a collector configures. This object stays as it is.
     *
     * @param wanted by name; a live option that is absent has the value that it has here
     * @param refused gets one line for each that cannot be had; the result is of no use then
     */
    public AgentOptions with(Map<String, String> wanted, List<String> refused) {
        AgentOptions changed = new AgentOptions();
        System.arraycopy(values, 0, changed.values, 0, values.length);
        changed.rules.addAll(rules);
        for (Map.Entry<String, String> option : wanted.entrySet()) {
            String name = option.getKey();
            int index = OptionSpecs.indexOf(name);
            String shown = OptionSpecs.isSecret(name) ? "..." : option.getValue();
            if (index < 0 || !OptionSpecs.isLive(name)) {
                refused.add("option " + name + "=" + shown + (index < 0 ? " is not known" : " needs a restart")
                        + "; an agent that runs takes " + OptionSpecs.live());
                continue;
            }
            String expected = OptionSpecs.expected(index, option.getValue());
            if (expected != null) {
                refused.add("option " + name + "=" + shown + ": expected " + expected);
            } else {
                changed.values[index] = option.getValue();
            }
        }
        return changed;
    }

    /** True if the collector is spoken to over TLS: {@code tls=true}, or one of the files that are for it is named. */
    public boolean tls() {
        boolean named = !text("tls.ca").isEmpty()
                || !text("tls.certificate").isEmpty()
                || !text("tls.key").isEmpty();
        return values[OptionSpecs.indexOf("tls")] == null ? named : flag("tls");
    }

    /** A yes or no. */
    public boolean flag(String name) {
        return text(name).equals("true");
    }

    /** A duration, in nanoseconds. */
    public long nanos(String name) {
        return OptionSpecs.nanos(text(name));
    }

    /** A size, in bytes. */
    public long bytes(String name) {
        return OptionSpecs.bytes(text(name));
    }

    /** A number, at most {@link Integer#MAX_VALUE}. */
    public int count(String name) {
        String value = text(name);
        return (int) Math.min(Integer.MAX_VALUE, OptionSpecs.digits(value, value.length()));
    }

    /** The rules of all sources, in order. */
    public RuleSpec[] rules() {
        return rules.toArray(new RuleSpec[0]);
    }

    boolean hasInterfaceRule() {
        for (RuleSpec rule : rules) {
            if (rule.isInterface()) {
                return true;
            }
        }
        return false;
    }

    /** Folder of the spools: {@code spool=}, else one per user in the temp folder. */
    public String spoolFolder() {
        String folder = text("spool");
        return folder.isEmpty()
                ? System.getProperty("java.io.tmpdir", ".") + File.separator + "kvops-spool-"
                        + System.getProperty("user.name", "user")
                : folder;
    }

    File logFile(long pid) {
        String file = text("log");
        return file.isEmpty()
                ? new File(System.getProperty("java.io.tmpdir", "."), "kvops-agent-" + pid + ".log")
                : new File(file);
    }
}
