package io.kvops.agent.core;

/** All numbers of one process. */
final class Names {
    final Endpoints endpoints = new Endpoints();
    final OpNames ops = new OpNames();
    final ErrorNames errors = new ErrorNames();
    final Patterns patterns;

    Names(int patternsMax) {
        patterns = new Patterns(patternsMax);
    }
}
