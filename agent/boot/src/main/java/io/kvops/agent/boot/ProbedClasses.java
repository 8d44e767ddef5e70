package io.kvops.agent.boot;

/**
 * The classes that probes want to see, as internal names. It is a table here, and not read from the probes, so that
 * premain can check names without opening a file or loading a probe; a test of the core holds it equal to what the probes
 * declare.
 */
final class ProbedClasses {
    private static final String[] NAMES = {};

    private ProbedClasses() {}

    /** A fresh copy. */
    static String[] names() {
        return NAMES.clone();
    }
}
