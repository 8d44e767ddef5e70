package io.kvops.agent.boot;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The table of options: name, form and default of each; and how the values are read. */
final class OptionSpecs {
    static final int TEXT = 0;
    static final int FLAG = 1;
    static final int DURATION = 2;
    static final int SIZE = 3;
    static final int ADDRESS = 4;
    static final int KEYS = 5;
    static final int INTERVAL = 6;
    static final int SLOW_OPS = 7;

    private static final long INTERVAL_NANOS_MAX = 3_600_000_000_000L;
    private static final int SLOW_OPS_MAX = 10_000;

    /** Name, form, default; {@code rule} is not in here, as it may be given many times. */
    private static final Object[][] TABLE = {
        {"collector", ADDRESS, "127.0.0.1:7171"},
        {"service", TEXT, ""},
        {"instance", TEXT, ""},
        {"token", TEXT, ""},
        {"tls", FLAG, "false"},
        {"tls.ca", TEXT, ""},
        {"tls.certificate", TEXT, ""},
        {"tls.key", TEXT, ""},
        {"spool", TEXT, ""},
        {"spool.max", SIZE, "64MiB"},
        {"log", TEXT, ""},
        {"config", TEXT, ""},
        {"keys", KEYS, "plain"},
        {"keys.salt", TEXT, ""},
        {"slow", DURATION, "1ms"},
        {"slow.max", SLOW_OPS, "1000"},
        {"slow.stack", FLAG, "true"},
        {"interval", INTERVAL, "1s"},
        {"memory", SIZE, "16MiB"},
        {"enabled", FLAG, "true"},
    };

    /** What a collector may change while the agent runs. */
    private static final String[] LIVE = {"slow", "slow.max", "slow.stack", "interval", "keys", "enabled"};

    /** What is never written to the log. */
    private static final String[] SECRET = {"token", "keys.salt"};

    static final String RULE = "rule";
    static final int COUNT_OF_OPTIONS = TABLE.length;

    private OptionSpecs() {}

    /** Index of an option, -1 if there is none of that name. */
    static int indexOf(String name) {
        for (int i = 0; i < TABLE.length; i++) {
            if (TABLE[i][0].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    static String name(int index) {
        return (String) TABLE[index][0];
    }

    static String defaultValue(int index) {
        return (String) TABLE[index][2];
    }

    static boolean isLive(String name) {
        return Arrays.asList(LIVE).contains(name);
    }

    /** The names of the options that can change while the agent runs. */
    static String live() {
        return String.join(", ", LIVE);
    }

    static boolean isSecret(String name) {
        return Arrays.asList(SECRET).contains(name);
    }

    /** What a value should look like, where this one does not; null if it is fine. */
    static @Nullable String expected(int index, String value) {
        switch ((Integer) TABLE[index][1]) {
            case FLAG:
                return value.equals("true") || value.equals("false") ? null : "true or false";
            case DURATION:
                return nanos(value) >= 0 ? null : "a duration such as 500us, 1ms, 1s, or 0";
            case INTERVAL:
                return nanos(value) >= 0 && nanos(value) <= INTERVAL_NANOS_MAX
                        ? null
                        : "a duration up to 60m, such as 500ms or 1s";
            case SLOW_OPS:
                long number = digits(value, value.length());
                return number >= 0 && number <= SLOW_OPS_MAX ? null : "a whole number, 0 to " + SLOW_OPS_MAX;
            case SIZE:
                return bytes(value) > 0 ? null : "a size such as 512KiB or 16MiB";
            case ADDRESS:
                return isAddress(value) ? null : "host:port";
            case KEYS:
                return value.equals("plain") || value.equals("hash") || value.equals("pattern")
                        ? null
                        : "plain, hash or pattern";
            default:
                return null;
        }
    }

    private static boolean isAddress(String value) {
        int colon = value.lastIndexOf(':');
        long port = colon < 1 ? -1 : digits(value.substring(colon + 1), value.length() - colon - 1);
        return port > 0 && port < 65_536;
    }

    /** A duration in nanoseconds; -1 if it is none. */
    static long nanos(String value) {
        int end = value.length();
        while (end > 0 && Character.isLetter(value.charAt(end - 1))) {
            end--;
        }
        long number = digits(value, end);
        String unit = value.substring(end);
        if (number < 0 || number > 1_000_000_000L || (unit.isEmpty() && number != 0)) {
            return -1;
        }
        switch (unit) {
            case "":
            case "ns":
                return number;
            case "us":
                return number * 1_000L;
            case "ms":
                return number * 1_000_000L;
            case "s":
                return number * 1_000_000_000L;
            case "m":
                return number > 1_000_000 ? -1 : number * 60_000_000_000L;
            default:
                return -1;
        }
    }

    /** A size in bytes; -1 if it is none. */
    static long bytes(String value) {
        int end = value.length();
        while (end > 0 && Character.isLetter(value.charAt(end - 1))) {
            end--;
        }
        long number = digits(value, end);
        if (number < 0 || number > (1L << 40)) {
            return -1;
        }
        switch (value.substring(end)) {
            case "":
            case "B":
                return number;
            case "KiB":
            case "k":
                return number << 10;
            case "KB":
                return number * 1_000;
            case "MiB":
            case "m":
                return number > (1 << 20) ? -1 : number << 20;
            case "MB":
                return number > (1 << 20) ? -1 : number * 1_000_000;
            case "GiB":
            case "g":
                return number > (1 << 10) ? -1 : number << 30;
            default:
                return -1;
        }
    }

    /** The number that the first characters spell; -1 if they spell none below 10^18. */
    static long digits(String value, int end) {
        if (end < 1 || end > 18) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < end; i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** The known option whose name is nearest by edit distance. */
    static String nearest(String name) {
        String best = RULE;
        int bestDistance = distance(name, RULE);
        for (int i = 0; i < TABLE.length; i++) {
            int d = distance(name, name(i));
            if (d < bestDistance) {
                bestDistance = d;
                best = name(i);
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(row[j - 1], above) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
