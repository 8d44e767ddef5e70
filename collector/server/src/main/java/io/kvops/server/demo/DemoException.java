package io.kvops.server.demo;

import org.jspecify.annotations.Nullable;

/** The demo can't go on. The message is one line for who started it. */
public final class DemoException extends Exception {
    private static final long serialVersionUID = 1L;

    DemoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
