package io.kvops.migration.transform;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import java.time.Clock;

/** Changes when records expire: never, in so many seconds from now, later by some, or in so many at most. */
final class Expiry implements TransformProvider {
    @Override
    public String name() {
        return "ttl";
    }

    @Override
    public String usage() {
        return "none|SECONDS|+SECONDS|max=SECONDS";
    }

    @Override
    public RecordTransform of(String argument) {
        if (argument.equals("none")) {
            return transform(true, (header, now) -> RecordHeader.NO_EXPIRY);
        }
        if (argument.startsWith("+")) {
            long more = millis(argument.substring(1));
            return transform(
                    true,
                    (header, now) -> header.expires()
                            // the last instant there is stays what it is
                            ? Math.min(header.expiresAtMillis(), Long.MAX_VALUE - more) + more
                            : RecordHeader.NO_EXPIRY);
        }
        if (argument.startsWith("max=")) {
            long most = millis(argument.substring(4));
            return transform(
                    false,
                    (header, now) -> header.expires() ? Math.min(header.expiresAtMillis(), now + most) : now + most);
        }
        long in = millis(argument);
        return transform(false, (header, now) -> now + in);
    }

    private interface Change {
        long expiresAtMillis(RecordHeader header, long nowMillis);
    }

    private static long millis(String seconds) {
        long value;
        try {
            value = Long.parseLong(seconds);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + seconds + "' is no number of seconds", e);
        }
        if (value < 1 || value > 1L << 40) {
            throw new IllegalArgumentException(value + " seconds");
        }
        return value * 1000;
    }

    private static RecordTransform transform(boolean steady, Change change) {
        return new RecordTransform() {
            @Override
            public RecordSink onto(RecordSink next, Clock clock) {
                return new Headers(
                        next,
                        header -> new RecordHeader(
                                header.key(),
                                header.type(),
                                change.expiresAtMillis(header, clock.millis()),
                                header.metadata()));
            }

            @Override
            public boolean steady() {
                return steady;
            }

            @Override
            public boolean readsValues() {
                return false;
            }
        };
    }
}
