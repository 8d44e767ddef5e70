package io.kvops.rules;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a file, checked. Immutable.
 *
 * @param name of the alert, unique in the file
 * @param group it is in
 * @param interval from one evaluation to the next
 * @param family of alerts of which only the highest level is told, per series; the name if nothing was said
 * @param match which series it looks at
 * @param expression true: something is wrong
 * @param clear true: all is well again; null: when the expression is not true
 * @param holdFor how long it is pending
 * @param keepFiringFor how long it goes on firing after the expression was last true
 * @param labels added to those of the series
 * @param annotations texts for people
 * @param line in the file, from 1
 */
record Rule(
        String name,
        String group,
        Duration interval,
        String family,
        Level level,
        List<Matcher> match,
        Expression expression,
        @Nullable Expression clear,
        Duration holdFor,
        Duration keepFiringFor,
        NoData noData,
        Map<String, Template> labels,
        Map<String, Template> annotations,
        int line) {
    Rule {
        match = List.copyOf(match);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
