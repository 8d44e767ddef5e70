package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What to tell when a file can't be written or read. */
final class FileFailure {
    private FileFailure() {}

    static StoreException writing(String name, Exception e) {
        if (isFull(e)) {
            return new StoreException(
                    Kind.FULL,
                    name + ": no room is left; the file is not whole and was not given its name; make room",
                    e);
        }
        return new StoreException(
                Kind.UNREACHABLE,
                name + ": can't be written: " + reason(e) + "; the file is not whole and was not given its name",
                e);
    }

    static StoreException reading(String name, Exception e) {
        if (e instanceof NoSuchFileException) {
            return new StoreException(Kind.CONFIGURATION, name + ": there is no such file; give the name of one", e);
        }
        if (e instanceof AccessDeniedException) {
            return new StoreException(Kind.REFUSED, name + ": may not be read; let this user read it", e);
        }
        return new StoreException(Kind.UNREACHABLE, name + ": can't be read: " + reason(e), e);
    }

    private static boolean isFull(Exception e) {
        String message = e.getMessage();
        if (!(e instanceof IOException) || message == null) {
            return false;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("no space left")
                || lower.contains("quota exceeded")
                || lower.contains("not enough space");
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
