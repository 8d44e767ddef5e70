package io.kvops.stores;

/** Opens to the tests of each store what takes its values. */
public final class Readings {
    private Readings() {}

    public static Reading empty() {
        return new Reading();
    }

    /** What is said as missing; one line. */
    public static String problem(Reading reading) {
        return reading.problem();
    }
}
