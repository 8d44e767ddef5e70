package io.kvops.stores.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bytes of a file are not what they have to be. The message says what is wrong, without the file's name. */
class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String what) {
        super(what);
    }

    DamagedException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }

    /** Whether nothing behind it can be read. */
    boolean isLast() {
        return false;
    }

    /** One behind which nothing can be read. */
    static DamagedException last(String what, @Nullable Throwable cause) {
        return new Last(what, cause);
    }

    private static final class Last extends DamagedException {
        private static final long serialVersionUID = 1;

        Last(String what, @Nullable Throwable cause) {
            super(what, cause);
        }

        @Override
        boolean isLast() {
            return true;
        }
    }
}
