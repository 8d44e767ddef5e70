package io.kvops.migration;

/** A record is left half read, as its task is to stop. Nothing of it was written. */
final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
        super("to stop", null, false, false);
    }
}
