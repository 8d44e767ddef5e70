package io.kvops.planner.forecast;

import java.util.Map;

/** A law that a user might add, named in this test's META-INF/services; here it fits only what is very nearly one. */
public final class SquareRoot implements GrowthModel {
    @Override
    public String name() {
        return "square-root";
    }

    @Override
    public Curve fit(double[] y) {
        double[] x = new double[y.length];
        for (int t = 0; t < x.length; t++) {
            x[t] = Math.sqrt(t);
        }
        double[] line = RobustLine.squares(x, y);
        double worst = 0;
        for (int t = 0; t < x.length; t++) {
            worst = Math.max(worst, Math.abs(y[t] - line[0] - line[1] * x[t]));
        }
        if (worst > 1 || Math.abs(line[1]) < 1) {
            throw new IllegalStateException("not a square root: a law that throws takes no part");
        }
        return new Curve() {
            @Override
            public double at(double time) {
                return line[0] + line[1] * Math.sqrt(time);
            }

            @Override
            public Map<String, Double> parameters() {
                return Map.of("start", line[0], "factor", line[1]);
            }
        };
    }
}
