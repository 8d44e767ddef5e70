package io.kvops.rules;

import io.kvops.rules.Alert.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One alert of a rule, as it goes. On the rules' thread alone. */
final class Active {
    final Rule rule;
    final Labels series;
    final Labels labels;
    State state = State.PENDING;
    Instant activeAt;

    @Nullable
    Instant firedAt;

    @Nullable
    Instant resolvedAt;

    @Nullable
    Instant keptSince;
    /** When its series last had values. */
    Instant seenAt;

    Map<String, String> annotations = Map.of();
    double value = Double.NaN;
    boolean noData;
    /** Came out of a state that was kept, and has not been seen since. */
    boolean restored;

    Active(Rule rule, Labels series, Labels labels, Instant at) {
        this.rule = rule;
        this.series = series;
        this.labels = labels;
        this.activeAt = at;
        this.seenAt = at;
    }

    /** The time since it was not seen is no time that it was true. */
    void shift(Duration unseen) {
        activeAt = activeAt.plus(unseen);
    }

    Alert alert() {
        return new Alert(
                rule.name(),
                rule.level(),
                rule.family(),
                state,
                series,
                labels,
                annotations,
                activeAt,
                firedAt,
                resolvedAt,
                value,
                noData);
    }
}
