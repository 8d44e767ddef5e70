package io.kvops.server.cli;

/** A command failed. The message is the one line that the person who typed it gets: what, where, what to do. */
public class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
