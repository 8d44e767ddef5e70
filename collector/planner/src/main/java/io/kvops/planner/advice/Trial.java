package io.kvops.planner.advice;

/** A layout in all worlds. Belongs to one thread. */
final class Trial {
    static final String[] KINDS = {"memory", "disk", "cores", "connections", "throughput by its scalability law"};

    final Layout layout;
    final Cost cost;
    final boolean[] holds;
    /** Worlds short of each kind, and by how much at the most: needed divided by usable. */
    final int[] shortages = new int[KINDS.length];

    final double[] most = new double[KINDS.length];
    double regret;

    Trial(Layout layout, Cost cost, int worlds) {
        this.layout = layout;
        this.cost = cost;
        this.holds = new boolean[worlds];
    }

    double risk() {
        int failed = 0;
        for (boolean h : holds) {
            failed += h ? 0 : 1;
        }
        return (double) failed / holds.length;
    }

    String worstShortage() {
        int worst = 0;
        for (int k = 1; k < KINDS.length; k++) {
            worst = shortages[k] > shortages[worst] ? k : worst;
        }
        return String.format(
                java.util.Locale.ROOT,
                "not enough %s (up to %.0f %% of what is usable is needed)",
                KINDS[worst],
                100 * most[worst]);
    }
}
