package io.kvops.stores;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes what one measurement finds. Bounded: what is too much is counted and said as missing. For one thread. */
public final class Reading {
    /** Values of one subject, more are not kept. */
    public static final int MAX_VALUES = 4_000;
    /** Events of one subject, more are not kept. */
    public static final int MAX_EVENTS = 500;
    /** Parts of one store, as the nodes of a cluster, that are measured each for itself. */
    public static final int MAX_PARTS = 1_000;

    private static final int MAX_NAME_CHARS = 250;
    private static final int MAX_MISSING = 20;
    /** Words with dots, the unit last, total behind it where it only grows, then perhaps labels. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*"
            + "\\.(bytes|seconds|millis|ratio|count|value)(\\.total)?(\\{[^{}]{1,200}\\})?");

    private final Map<String, Double> values = new TreeMap<>();
    private final List<StoreEvent> events = new ArrayList<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final Map<String, Reading> parts = new LinkedHashMap<>();
    private int dropped;
    private @Nullable String down;
    private String runId = "";
    private String role = "";
    private double uptimeSeconds = Double.NaN;

    Reading() {}

    /**
     * One value. One that is not finite is left out: nothing is known.
     *
     * @param name lower case words with dots, the unit last ({@code bytes seconds millis ratio count}), {@code .total} after
     *     it where the value only grows, as {@code network.in.bytes.total}
     * @throws IllegalArgumentException if the name is not so
     */
    public Reading put(String name, double value) {
        if (name.length() > MAX_NAME_CHARS || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("gauge " + OneLine.of(name)
                    + " (expected lower-case words with dots and a unit last, as network.in.bytes.total)");
        }
        if (!Double.isFinite(value)) {
            return this;
        }
        if (values.size() >= MAX_VALUES && !values.containsKey(name)) {
            dropped++;
        } else {
            values.put(name, value);
        }
        return this;
    }

    /** The same of a whole number; above 2^53 it is rounded. */
    public Reading put(String name, long value) {
        return put(name, (double) value);
    }

    /** One event. A connection says each only once. */
    public void event(StoreEvent event) {
        if (events.size() >= MAX_EVENTS) {
            dropped++;
        } else {
            events.add(event);
        }
    }

    /** A part that could not be measured: the store is then DEGRADED. */
    public void missing(String part, String why) {
        if (missing.size() < MAX_MISSING) {
            missing.putIfAbsent(part, OneLine.of(why));
        }
    }

    /**
     * Which run of the server this is: another id, or an uptime that went back, means that counters began anew.
     *
     * @param id empty if the server has none
     * @param uptime seconds, NaN if not known
     */
    public void run(String id, double uptime) {
        this.runId = id;
        this.uptimeSeconds = uptime;
    }

    /** The role that it has now; a change of it is an event. */
    public void role(String now) {
        this.role = now;
    }

    /** A part that is measured for itself, under the same kind: a node of a cluster. */
    public Reading part(String subject) {
        Reading part = parts.get(subject);
        if (part == null) {
            part = new Reading();
            if (parts.size() >= MAX_PARTS) {
                dropped++;
            } else {
                parts.put(subject, part);
            }
        }
        return part;
    }

    /** Says that this part does not answer; its values are not used. */
    public void down(String why) {
        down = OneLine.of(why);
    }

    /** What was put under this name so far, NaN if nothing. */
    public double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** What was put so far. */
    public Map<String, Double> values() {
        return values;
    }

    List<StoreEvent> events() {
        return events;
    }

    Map<String, Reading> parts() {
        return parts;
    }

    @Nullable
    String down() {
        return down;
    }

    String runId() {
        return runId;
    }

    String role() {
        return role;
    }

    double uptimeSeconds() {
        return uptimeSeconds;
    }

    /** What is missing, in one line; empty if nothing is. */
    String problem() {
        StringBuilder line = new StringBuilder();
        missing.forEach((part, why) -> line.append(line.isEmpty() ? "" : "; ")
                .append(part)
                .append(": ")
                .append(why));
        if (dropped > 0) {
            line.append(line.isEmpty() ? "" : "; ").append(dropped).append(" values or events too many, not kept");
        }
        return OneLine.of(line.toString());
    }
}
