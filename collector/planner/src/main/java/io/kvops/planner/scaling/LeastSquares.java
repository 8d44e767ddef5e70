package io.kvops.planner.scaling;

import io.kvops.planner.scaling.ScalabilityLaw.Point;
import java.util.List;

/**
 * The method of Levenberg and Marquardt (SIAM Journal 1963) for the three parameters, of which sigma and kappa may be held at 0.
 * Throughput is linear in lambda, so lambda starts at its best for a grid of the others.
 */
final class LeastSquares {
    private static final int ROUNDS = 500;
    private static final double ENOUGH = 1e-14;
    private static final double DAMPING_MAX = 1e12;
    private static final double[] STARTS = {0.0001, 0.001, 0.01, 0.05, 0.2};

    private final List<Point> points;
    private final boolean[] free;
    private double[] p = {1, 0, 0};
    private double squares = Double.POSITIVE_INFINITY;

    LeastSquares(List<Point> points, boolean sigmaFree, boolean kappaFree) {
        this.points = points;
        this.free = new boolean[] {true, sigmaFree, kappaFree};
    }

    double lambda() {
        return p[0];
    }

    double sigma() {
        return p[1];
    }

    double kappa() {
        return p[2];
    }

    double squares() {
        return squares;
    }

    static double throughput(double lambda, double sigma, double kappa, double n) {
        return lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    }

    /** False if what was found is outside of the bounds. */
    boolean run() {
        start();
        double damping = 1e-3;
        for (int round = 0; round < ROUNDS && damping < DAMPING_MAX; round++) {
            double[] trial = step(damping);
            double now = squares(trial);
            if (now < squares) {
                boolean done = squares - now <= ENOUGH * squares;
                p = trial;
                squares = now;
                damping /= 10;
                if (done) {
                    break;
                }
            } else {
                damping *= 10;
            }
        }
        return p[0] > 0 && p[1] >= 0 && p[1] <= 1 && p[2] >= 0 && Double.isFinite(squares);
    }

    private void start() {
        for (double sigma : free[1] ? STARTS : new double[] {0}) {
            for (double kappa : free[2] ? STARTS : new double[] {0}) {
                double above = 0;
                double below = 0;
                for (Point m : points) {
                    double shape = throughput(1, sigma, kappa, m.concurrency());
                    above += shape * m.throughput();
                    below += shape * shape;
                }
                double[] trial = {above / below, sigma, kappa};
                double s = squares(trial);
                if (s < squares) {
                    squares = s;
                    p = trial;
                }
            }
        }
    }

    private double squares(double[] q) {
        double sum = 0;
        for (Point m : points) {
            double e = m.throughput() - throughput(q[0], q[1], q[2], m.concurrency());
            sum += e * e;
        }
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
    }

    private double[] step(double damping) {
        double[][] a = new double[3][4];
        for (Point m : points) {
            double n = m.concurrency();
            double x = throughput(p[0], p[1], p[2], n);
            double bend = -x * x / (p[0] * n);
            double[] slope = {x / p[0], free[1] ? bend * (n - 1) : 0, free[2] ? bend * n * (n - 1) : 0};
            double e = m.throughput() - x;
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    a[i][j] += slope[i] * slope[j];
                }
                a[i][3] += slope[i] * e;
            }
        }
        for (int i = 0; i < 3; i++) {
            a[i][i] = a[i][i] == 0 ? 1 : a[i][i] * (1 + damping);
        }
        double[] move = solve(a);
        return new double[] {p[0] + move[0], p[1] + move[1], p[2] + move[2]};
    }

    /** Gauss and Jordan's elimination with pivots. */
    private static double[] solve(double[][] a) {
        for (int c = 0; c < 3; c++) {
            int pivot = c;
            for (int r = c + 1; r < 3; r++) {
                pivot = Math.abs(a[r][c]) > Math.abs(a[pivot][c]) ? r : pivot;
            }
            double[] row = a[pivot];
            a[pivot] = a[c];
            a[c] = row;
            for (int r = 0; r < 3; r++) {
                double times = r == c ? 0 : a[r][c] / row[c];
                for (int k = c; times != 0 && k < 4; k++) {
                    a[r][k] -= times * row[k];
                }
            }
        }
        return new double[] {a[0][3] / a[0][0], a[1][3] / a[1][1], a[2][3] / a[2][2]};
    }
}
