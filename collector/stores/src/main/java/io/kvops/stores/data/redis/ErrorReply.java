package io.kvops.stores.data.redis;

/** A server answered with an error. */
final class ErrorReply extends Exception {
    private static final long serialVersionUID = 1;

    private final String text;

    ErrorReply(String text) {
        super(text, null, false, false);
        this.text = text;
    }

    /** As the server wrote it. */
    String text() {
        return text;
    }

    boolean is(String code) {
        return text.startsWith(code);
    }
}
