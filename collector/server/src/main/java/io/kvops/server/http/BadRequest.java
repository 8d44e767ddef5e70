package io.kvops.server.http;

/** A request asks for what can't be given; the message is for who asked. */
final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequest(int status, String detail) {
        super(detail);
        this.status = status;
    }

    Problem problem() {
        return new Problem(status, String.valueOf(getMessage()));
    }
}
