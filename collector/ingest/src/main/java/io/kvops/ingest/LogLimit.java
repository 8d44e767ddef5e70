package io.kvops.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** At most one line a second of each kind; the next line says how many were left out. Kinds are few and fixed. Any thread. */
final class LogLimit {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LINE_CHARS = 400;

    private final Logger logger;
    private final LongSupplier nanos;
    private final Map<String, Kind> kinds = new HashMap<>();

    LogLimit(Logger logger, LongSupplier nanos) {
        this.logger = logger;
        this.nanos = nanos;
    }

    void warn(String kind, String line) {
        String text = text(kind, line);
        if (!text.isEmpty()) {
            logger.warn("{}", text);
        }
    }

    /** The line to log, empty if it is one too many. */
    synchronized String text(String kind, String line) {
        long now = nanos.getAsLong();
        Kind state = kinds.get(kind);
        if (state == null) {
            state = new Kind();
            kinds.put(kind, state);
        } else if (now - state.lastNanos < INTERVAL_NANOS) {
            state.leftOut++;
            return "";
        }
        String more = state.leftOut == 0 ? "" : " (and " + state.leftOut + " more like this)";
        state.lastNanos = now;
        state.leftOut = 0;
        return clean(line) + more;
    }

    /** One line of printable characters: parts of it come from whoever connects. */
    static String clean(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LINE_CHARS));
        for (int i = 0; i < text.length() && i < LINE_CHARS; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '?' : c);
        }
        return line.toString();
    }

    private static final class Kind {
        private long lastNanos;
        private long leftOut;
    }
}
