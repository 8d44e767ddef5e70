package io.kvops.analyzer;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The course of some groups over a window. Immutable.
 *
 * @param window what the numbers cover
 * @param step length of the steps
 * @param lines most used first
 * @param groupCount how many groups there are, those without a line too
 */
public record Timeline(Report.Window window, Duration step, List<Line> lines, int groupCount) {
    /** Lines that one answer may have. */
    public static final int MAX_LINES = 50;

    public Timeline {
        lines = List.copyOf(lines);
    }

    /**
     * One group.
     *
     * @param key what it is; empty if nothing was grouped by
     * @param points from its first to its last step, without gaps
     */
    public record Line(Map<GroupBy, String> key, List<Report.TimelinePoint> points) {
        public Line {
            key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
            points = List.copyOf(points);
        }
    }
}
