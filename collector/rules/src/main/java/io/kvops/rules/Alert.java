package io.kvops.rules;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it stands. Immutable.
 *
 * @param rule name of its rule, the label {@code alertname} as well
 * @param family of which only the highest level is told
 * @param series labels of the series it is about
 * @param labels those, with the rule's own, alertname, severity and family: what makes it this alert
 * @param annotations texts for people
 * @param activeAt since when it is true
 * @param firedAt since when it fires; null if it never did
 * @param resolvedAt since when it does not any more; null while it does
 * @param value left side of the rule's comparison, NaN if there is none
 * @param noData whether its metrics are missing
 */
public record Alert(
        String rule,
        Level level,
        String family,
        State state,
        Labels series,
        Labels labels,
        Map<String, String> annotations,
        Instant activeAt,
        @Nullable Instant firedAt,
        @Nullable Instant resolvedAt,
        double value,
        boolean noData) {
    /** As in Prometheus. */
    public enum State {
        /** Not true, or not any more. */
        INACTIVE,
        /** True for less than the rule's {@code for}. */
        PENDING,
        /** True for at least that long, or kept so. */
        FIRING
    }

    public Alert {
        annotations = Map.copyOf(annotations);
    }
}
