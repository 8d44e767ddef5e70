package io.kvops.server.report;

import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.KeptForecast;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.PastScore;
import io.kvops.planner.capacity.Resource;
import io.kvops.planner.capacity.Threshold;
import io.kvops.planner.forecast.Forecast;
import io.kvops.planner.forecast.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One chart of a {@link ForecastPage}: what was, what is expected, and how an earlier forecast did.
 *
 * @param title whose values these are
 * @param dated whether times mean something; if not they are seconds since 1970 that count values
 * @param past what was
 * @param expected what is expected, beginning at the last value
 * @param thresholds shares of the limit, and when they are reached; empty without a limit
 * @param earlier a forecast of the past; null: there is none
 * @param facts what is known, each with its name
 * @param caveats one sentence each
 */
public record ForecastPanel(
        String title,
        boolean dated,
        Timeline past,
        KeptForecast expected,
        List<Threshold> thresholds,
        @Nullable KeptForecast earlier,
        List<Fact> facts,
        List<String> caveats) {

    /** Something that is known. */
    public record Fact(String name, String text) {}

    public ForecastPanel {
        thresholds = List.copyOf(thresholds);
        facts = List.copyOf(facts);
        caveats = List.copyOf(caveats);
    }

    /**
     * A resource.
     *
     * @param kept a forecast of it that was kept; null: one is made from what was known a horizon ago
     */
    public static ForecastPanel of(Outlook o, Timeline past, @Nullable KeptForecast kept) {
        Forecast f = o.forecast();
        Instant last = o.first().minus(o.step());
        KeptForecast expected = new KeptForecast(
                o.resource(), o.current(), last, o.step(), f.values(), f.lower(), f.upper(), f.level());
        Duration ahead = o.step().multipliedBy(f.values().length);
        KeptForecast earlier = kept != null
                ? kept
                : KeptForecast.rehearsed(o.resource(), past, ahead, f.level()).orElse(null);
        Words words = Words.of(o.resource(), true);
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("now", now(o, words)));
        facts.add(new Fact("growth a day", words.value(o.growthPerDay())));
        for (Threshold t : o.thresholds()) {
            facts.add(new Fact(
                    Quantities.percent(t.share()) + " reached",
                    words.value(t.value()) + ": " + (o.current() >= t.value() ? "already" : t.when())));
        }
        common(facts, f, expected, past, earlier, words);
        if (o.score().forecasts() > 0) {
            facts.add(new Fact(
                    "forecasts kept", scored(o.score()) + ", of " + o.score().forecasts() + " forecasts"));
        }
        return new ForecastPanel(
                o.resource().toString(), true, past, expected, o.thresholds(), earlier, facts, o.caveats());
    }

    /** A series of numbers without times. */
    public static ForecastPanel of(String id, double[] values, Forecast f) {
        Resource resource = Resource.of(id.isBlank() ? "series" : id, Dimension.OTHER, "value");
        Timeline past = new Timeline(values, Instant.EPOCH, Duration.ofSeconds(1), List.of());
        int n = values.length;
        int at = n - 1;
        while (at > 0 && !Double.isFinite(values[at])) {
            at--;
        }
        KeptForecast expected = new KeptForecast(
                resource,
                values[at],
                Instant.ofEpochSecond(n - 1L),
                Duration.ofSeconds(1),
                f.values(),
                f.lower(),
                f.upper(),
                f.level());
        KeptForecast earlier = KeptForecast.rehearsed(resource, past, Duration.ofSeconds(f.values().length), f.level())
                .orElse(null);
        List<Fact> facts = new ArrayList<>();
        Words words = Words.of(resource, false);
        facts.add(new Fact("last value", words.value(values[at])));
        common(facts, f, expected, past, earlier, words);
        return new ForecastPanel(resource.store(), false, past, expected, List.of(), earlier, facts, f.caveats());
    }

    private static void common(
            List<Fact> facts,
            Forecast f,
            KeptForecast expected,
            Timeline past,
            @Nullable KeptForecast earlier,
            Words words) {
        int end = f.values().length - 1;
        String level = Quantities.percent(f.level());
        facts.add(new Fact(
                "expected "
                        + words.time(
                                expected.lastAt(),
                                expected.lastAt().plus(expected.step().multipliedBy(end + 1L))),
                words.value(f.values()[end]) + ", " + level + " between " + words.value(f.lower()[end]) + " and "
                        + words.value(f.upper()[end])));
        facts.add(new Fact(
                "backtest",
                "error " + Quantities.exact(f.errorAgainstNaive()) + " of the last value's from " + f.origins()
                        + " moments"
                        + (Double.isNaN(f.coverage())
                                ? ""
                                : "; intervals held " + Quantities.percent(f.coverage()) + " of the values")));
        if (earlier != null) {
            facts.add(new Fact(
                    "forecast made " + words.time(expected.lastAt(), earlier.lastAt()),
                    scored(PastScore.of(List.of(earlier), Outlook.looked(expected.resource(), past)))));
        }
        facts.add(new Fact(
                "models",
                f.models().stream()
                        .map(p -> p.model() + " " + Quantities.percent(p.weight()))
                        .collect(Collectors.joining(", "))));
    }

    private static String now(Outlook o, Words words) {
        return words.value(o.current())
                + (Double.isInfinite(o.limit())
                        ? ""
                        : " of " + words.value(o.limit()) + ", "
                                + (o.headroom() < 0 ? "over the limit" : Quantities.percent(o.headroom()) + " free"));
    }

    private static String scored(PastScore score) {
        return score.values() == 0
                ? "nothing of what it said has come yet"
                : "error " + Quantities.exact(score.errorAgainstNaive()) + " of the last value's, "
                        + Quantities.percent(score.coverage()) + " of " + score.values()
                        + " values within its interval";
    }
}
