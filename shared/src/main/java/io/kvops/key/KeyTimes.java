package io.kvops.key;

/**
 * Finds dates and times (ISO 8601, and its common short forms) at the start of a token: 2026-01-31, 2026-01, 20260131,
 * 2026-01-31T10:15:00Z, 20260131T101500. Numbers that could be epoch seconds or milliseconds are not among them: a counter
 * must not change its template when it passes some value.
 */
final class KeyTimes {
    private KeyTimes() {}

    /** Length of the date or time that starts at position and ends before a delimiter, or 0; partEnd is the first delimiter. */
    static int length(byte[] key, int position, int partEnd, int end) {
        int part = partEnd - position;
        if (part >= 8 && isDate(key, position, position + 4, position + 6)) {
            return part == 8 || (key[position + 8] == 'T' && part >= 11) ? part : 0;
        }
        if (part != 4 || partEnd + 3 > end || !isDelimiter(key[partEnd])) {
            return 0;
        }
        int day = partEnd + 4;
        if (day + 2 <= end && key[day - 1] == key[partEnd] && isDate(key, position, partEnd + 1, day)) {
            return timeEnd(key, day + 2, end) - position;
        }
        boolean month = year(key, position) && number(key, partEnd + 1, 1, 12);
        boolean ends = partEnd + 3 == end || KeyTokens.isDelimiter(key[partEnd + 3]);
        return month && ends ? 7 : 0;
    }

    private static boolean isDate(byte[] key, int year, int month, int day) {
        return year(key, year) && number(key, month, 1, 12) && number(key, day, 1, 31);
    }

    private static boolean year(byte[] key, int at) {
        return number(key, at, 19, 20) && number(key, at + 2, 0, 99);
    }

    private static boolean number(byte[] key, int at, int low, int high) {
        int tens = key[at] - '0';
        int ones = key[at + 1] - '0';
        int value = tens * 10 + ones;
        return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && value >= low && value <= high;
    }

    private static boolean isDelimiter(byte b) {
        return b == '-' || b == '.' || b == '_';
    }

    /** Where the time of day ends that follows a date, or else the date itself. */
    private static int timeEnd(byte[] key, int dateEnd, int end) {
        if (dateEnd + 2 < end && (key[dateEnd] == 'T' || key[dateEnd] == ' ') && isDigit(key[dateEnd + 1])) {
            int i = dateEnd + 1;
            while (i < end && (isDigit(key[i]) || ":.+-Z".indexOf(key[i]) >= 0)) {
                i++;
            }
            // a delimiter before the next word belongs to the key
            while (!isDigit(key[i - 1]) && key[i - 1] != 'Z') {
                i--;
            }
            return i;
        }
        return dateEnd;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
