package io.kvops.rules;

import java.time.Duration;
import java.util.List;

/**
 * Where alerts go, and how they are put together; in Alertmanager's words. The first route that matches counts, and those
 * after it if it says {@code continue}.
 *
 * @param match which alerts; all if empty
 * @param receivers who is told
 * @param groupBy labels that are alike in one message; {@code ...} for each alert by itself
 * @param groupWait from a group's first alert to its first message
 * @param groupInterval from one look at a group to the next
 * @param repeatInterval after which the same is told again
 * @param mute names of the calendar's times in which nothing is told
 * @param goesOn whether later routes are tried as well
 */
record Route(
        List<Matcher> match,
        List<String> receivers,
        List<String> groupBy,
        Duration groupWait,
        Duration groupInterval,
        Duration repeatInterval,
        List<String> mute,
        boolean goesOn) {
    static final Duration GROUP_WAIT = Duration.ofSeconds(30);
    static final Duration GROUP_INTERVAL = Duration.ofMinutes(5);
    static final Duration REPEAT_INTERVAL = Duration.ofHours(4);

    /** The labels that all alerts of a group have alike. */
    Labels group(Labels alert) {
        return groupBy.contains("...") ? alert : alert.only(groupBy::contains);
    }
}
