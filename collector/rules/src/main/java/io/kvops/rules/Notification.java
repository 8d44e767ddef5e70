package io.kvops.rules;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One message about a group of alerts. Immutable.
 *
 * @param receiver its name
 * @param at when it was made
 * @param group labels that its alerts have alike
 * @param firing alerts that fire, the most urgent first
 * @param resolved alerts that were told and fire no more
 * @param isTest whether somebody only wants to see whether it arrives
 */
public record Notification(
        String receiver, Instant at, Labels group, List<Alert> firing, List<Alert> resolved, boolean isTest) {
    public Notification {
        firing = List.copyOf(firing);
        resolved = List.copyOf(resolved);
    }

    /** One with which somebody wants to see whether it arrives. */
    static Notification test(String receiver, Instant at) {
        Labels labels = Labels.of("alertname", "KvopsTest", "severity", "info");
        Alert alert = new Alert(
                "KvopsTest",
                Level.INFO,
                "KvopsTest",
                Alert.State.FIRING,
                Labels.EMPTY,
                labels,
                Map.of("summary", "A test of this receiver; nothing is wrong."),
                at,
                at,
                null,
                Double.NaN,
                false);
        return new Notification(receiver, at, labels, List.of(alert), List.of(), true);
    }

    /** {@code firing} while any does, else {@code resolved}. */
    public String status() {
        return firing.isEmpty() ? "resolved" : "firing";
    }
}
