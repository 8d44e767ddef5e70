package io.kvops.server.http;

import java.util.Map;

/** A request asks for what can't be given, or not to who asks, or not now; the message is for who asked. */
final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    BadRequest(int status, String detail) {
        super(detail);
        this.problem = Problem.of(status, detail);
    }

    BadRequest(int status, String detail, String header, String value) {
        super(detail);
        this.problem = Problem.of(status, detail).with(Map.of(header, value));
    }

    BadRequest(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
