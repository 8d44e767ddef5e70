package io.kvops.history;

import java.util.Objects;

/**
 * Something that happened once: an alert, a task's end, a decision, a forecast made, a change of the configuration.
 *
 * @param atMillis when, epoch milliseconds
 * @param kind lower case word: audit, alert, task, decision, forecast, store, ...
 * @param severity info, warning, critical or emergency
 * @param who user, policy or part of the collector that did it
 * @param subject what it is about
 * @param title in one line
 * @param details a JSON object; "{}" if there are none
 */
public record Event(
        long atMillis, String kind, String severity, String who, String subject, String title, String details) {
    public Event {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(details, "details");
    }
}
