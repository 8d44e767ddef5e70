package io.kvops.planner.advice;

/** A catalog that can't be taken; the message says file, line, what was found and what was expected. */
public final class CatalogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CatalogException(String message) {
        super(message);
    }
}
