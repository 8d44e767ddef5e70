package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which description fits the past best: a law of growth with additive, multiplicative or no seasons around it and a remainder
 * that remembers, or a random walk. The one of the least Bayesian information criterion (Schwarz, "Estimating the dimension of
 * a model", Annals of Statistics 1978) of the errors one step ahead. It explains; what is forecast is the combination's.
 *
 * @param growth "constant", "linear", "exponential", "logarithmic", "saturating", "walk", or the name of a law of one's own
 * @param season whether, and how, it repeats
 * @param period of the season that was used, in values; 1 if there is none
 * @param parameters of the law, by name; time counts from the first value looked at
 * @param noise standard deviation of the errors one step ahead, in the unit of the series
 */
public record Shape(String growth, Season season, int period, Map<String, Double> parameters, double noise) {
    private static final int SHORTEST = 8;
    /** Seasons are a choice among many periods, made before. */
    private static final double SEASON_COST = 2;

    /** A remainder that remembers more than this is hardly told from a walk: the law must fit better by so much more. */
    private static final double NEAR_WALK = 0.8;

    private static final double DOUBT = 9;

    /** How a series repeats. */
    public enum Season {
        NONE,
        ADDITIVE,
        MULTIPLICATIVE
    }

    public Shape {
        parameters = Map.copyOf(parameters);
    }

    private record Trial(Shape shape, double criterion) {}

    static Shape of(double[] y, List<int[]> periodSets) {
        int[] periods = periodSets.get(periodSets.size() - 1);
        List<Trial> trials = new ArrayList<>();
        boolean positive = Arrays.stream(y).allMatch(v -> v > 0);
        for (Season season : Season.values()) {
            boolean possible = season == Season.NONE || periods.length > 0;
            if (possible && (season != Season.MULTIPLICATIVE || positive)) {
                tryAll(y, season, season == Season.NONE ? new int[0] : periods, trials);
            }
        }
        Trial best = null;
        for (Trial t : trials) {
            best = best == null || t.criterion < best.criterion ? t : best;
        }
        return best == null ? new Shape("constant", Season.NONE, 1, Map.of(), 0) : best.shape;
    }

    private static void tryAll(double[] y, Season season, int[] periods, List<Trial> trials) {
        int n = y.length;
        double[] effects = effects(y, season, periods);
        double[] rest = new double[n];
        for (int t = 0; t < n; t++) {
            rest[t] = season == Season.MULTIPLICATIVE ? y[t] / effects[t] : y[t] - effects[t];
        }
        int free = periods.length == 0 ? 0 : (int) Math.round(SEASON_COST * Math.sqrt(periods[0]));
        double[] flat = new double[n];
        double middle = RobustLine.median(rest.clone());
        Arrays.fill(flat, middle);
        trials.add(judge("constant", Map.of("level", middle), y, flat, effects, season, periods, 2 + free));
        for (GrowthModel law : n < SHORTEST ? List.<GrowthModel>of() : GrowthModels.describing()) {
            GrowthModel.@Nullable Curve curve = fitted(law, rest);
            if (curve != null) {
                double[] at = new double[n];
                Arrays.setAll(at, curve::at);
                int parameters = curve.parameters().size() + 1 + free;
                trials.add(judge(law.name(), curve.parameters(), y, at, effects, season, periods, parameters));
            }
        }
        double squares = 0;
        for (int t = 1; t < n; t++) {
            double e = rest[t] - rest[t - 1];
            squares += e * e;
        }
        int period = periods.length == 0 ? 1 : periods[0];
        double noise = Math.sqrt(squares / Math.max(1, n - 1));
        trials.add(new Trial(new Shape("walk", season, period, Map.of(), noise), criterion(squares, n - 1, 1 + free)));
    }

    private static GrowthModel.@Nullable Curve fitted(GrowthModel law, double[] rest) {
        try {
            GrowthModel.@Nullable Curve curve = law.fit(rest.clone());
            return curve != null && Double.isFinite(curve.at(0) + curve.at(rest.length)) ? curve : null;
        } catch (RuntimeException e) {
            // a law of somebody else
            return null;
        }
    }

    /** Of the level: what is added to it, or by what it is multiplied. */
    private static double[] effects(double[] y, Season season, int[] periods) {
        double[] effects = new double[y.length];
        boolean times = season == Season.MULTIPLICATIVE;
        double[] x = y.clone();
        for (int t = 0; times && t < x.length; t++) {
            x[t] = Math.log(x[t]);
        }
        Seasons seasons = Seasons.of(x, x.length, periods);
        for (int t = 0; t < x.length; t++) {
            effects[t] = times ? Math.exp(seasons.at(t)) : seasons.at(t);
        }
        return effects;
    }

    private static Trial judge(
            String name,
            Map<String, Double> parameters,
            double[] y,
            double[] curve,
            double[] effects,
            Season season,
            int[] periods,
            int free) {
        int n = y.length;
        double[] e = new double[n];
        double above = 0;
        double below = 0;
        for (int t = 0; t < n; t++) {
            e[t] = y[t] - (season == Season.MULTIPLICATIVE ? curve[t] * effects[t] : curve[t] + effects[t]);
            above += t == 0 ? 0 : e[t] * e[t - 1];
            below += t == 0 ? 0 : e[t - 1] * e[t - 1];
        }
        double rho = below == 0 ? 0 : Math.max(-0.99, Math.min(0.99, above / below));
        double squares = 0;
        for (int t = 1; t < n; t++) {
            double d = e[t] - rho * e[t - 1];
            squares += d * d;
        }
        int period = periods.length == 0 ? 1 : periods[0];
        Shape shape = new Shape(name, season, period, parameters, Math.sqrt(squares / Math.max(1, n - 1)));
        return new Trial(shape, criterion(squares, n - 1, free + 1) + (rho > NEAR_WALK ? DOUBT : 0));
    }

    private static double criterion(double squares, int n, int free) {
        return n * Math.log(Math.max(squares / n, Double.MIN_NORMAL)) + free * Math.log(n);
    }
}
