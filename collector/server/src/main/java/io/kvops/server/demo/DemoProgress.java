package io.kvops.server.demo;

/** Hears how the demo goes on. Called on the demo's thread. */
public interface DemoProgress {
    /** Something happened that is worth a line. */
    void said(String line);

    /** The live page can be opened. Said once. */
    void livePage(String url);

    /**
     * The shop is open. Said some times a second.
     *
     * @param elapsedSeconds since it opened
     * @param seconds how long it will be open
     * @param ops operations that the collector has seen so far
     */
    void running(double elapsedSeconds, int seconds, long ops);

    /** The shop has closed. */
    void over();
}
