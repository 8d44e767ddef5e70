package io.kvops.stores.data;

/** Changes since a position are not there any more, or can't be followed one by one: a new full copy is needed. */
public final class ChangesLostException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message why, without secrets, as the end of "a new full copy is needed: " */
    public ChangesLostException(String message) {
        super(message);
    }
}
