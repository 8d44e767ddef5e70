package io.kvops.planner.forecast;

import java.util.function.ToDoubleFunction;

/** The downhill simplex method (Nelder, Mead, "A simplex method for function minimization", Computer Journal 1965). */
final class Simplex {
    private static final double STEP = 1.5;
    private static final double ENOUGH = 1e-5;

    private Simplex() {}

    /** Returns the best point found within so many evaluations. */
    static double[] minimise(ToDoubleFunction<double[]> f, double[] start, int evaluations) {
        int n = start.length;
        double[][] x = new double[n + 1][];
        double[] y = new double[n + 1];
        for (int i = 0; i <= n; i++) {
            x[i] = start.clone();
            if (i > 0) {
                x[i][i - 1] += STEP;
            }
            y[i] = f.applyAsDouble(x[i]);
        }
        double[] centre = new double[n];
        double[] trial = new double[n];
        for (int used = n + 1; used < evaluations; ) {
            int best = 0;
            int worst = 0;
            for (int i = 1; i <= n; i++) {
                best = y[i] < y[best] ? i : best;
                worst = y[i] > y[worst] ? i : worst;
            }
            double second = Double.NEGATIVE_INFINITY;
            for (int i = 0; i <= n; i++) {
                second = i != worst && y[i] > second ? y[i] : second;
            }
            if (y[worst] - y[best] <= ENOUGH * Math.abs(y[best])) {
                break;
            }
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int i = 0; i <= n; i++) {
                    sum += i == worst ? 0 : x[i][j];
                }
                centre[j] = sum / n;
            }
            double reflected = move(f, centre, x[worst], -1, trial);
            used++;
            if (reflected < y[best]) {
                double[] kept = trial.clone();
                double expanded = move(f, centre, x[worst], -2, trial);
                used++;
                System.arraycopy(expanded < reflected ? trial : kept, 0, x[worst], 0, n);
                y[worst] = Math.min(expanded, reflected);
            } else if (reflected < second) {
                System.arraycopy(trial, 0, x[worst], 0, n);
                y[worst] = reflected;
            } else {
                double inward = reflected < y[worst] ? -0.5 : 0.5;
                double contracted = move(f, centre, x[worst], inward, trial);
                used++;
                if (contracted < Math.min(reflected, y[worst])) {
                    System.arraycopy(trial, 0, x[worst], 0, n);
                    y[worst] = contracted;
                } else {
                    for (int i = 0; i <= n; i++) {
                        if (i != best) {
                            for (int j = 0; j < n; j++) {
                                x[i][j] = (x[i][j] + x[best][j]) / 2;
                            }
                            y[i] = f.applyAsDouble(x[i]);
                            used++;
                        }
                    }
                }
            }
        }
        int best = 0;
        for (int i = 1; i <= n; i++) {
            best = y[i] < y[best] ? i : best;
        }
        return x[best];
    }

    private static double move(ToDoubleFunction<double[]> f, double[] centre, double[] worst, double by, double[] out) {
        for (int j = 0; j < out.length; j++) {
            out[j] = centre[j] + by * (worst[j] - centre[j]);
        }
        return f.applyAsDouble(out);
    }
}
