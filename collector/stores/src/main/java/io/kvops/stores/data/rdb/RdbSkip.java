package io.kvops.stores.data.rdb;

/** Passes over serialised values without a look at their elements. */
final class RdbSkip {
    private RdbSkip() {}

    /** Whether it can be done for that type. */
    static boolean knows(int code) {
        return switch (code) {
            case 0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24, 25 -> true;
            default -> false;
        };
    }

    /** Passes over a value of a type that {@link #knows}. */
    static void value(int code, RdbInput in) {
        switch (code) {
            case 1, 2, 14 -> strings(in, in.length());
            case 4 -> strings(in, 2 * in.length());
            case 3, 5 -> {
                for (long left = in.length(); left > 0; left--) {
                    in.skipString();
                    in.skip(code == 5 ? 8 : scoreBytes(in.one()));
                }
            }
            case 7 -> {
                in.length();
                module(in);
            }
            case 18 -> {
                for (long left = in.length(); left > 0; left--) {
                    in.length();
                    in.skipString();
                }
            }
            case 15, 19, 21 -> stream(code, in);
            case 24 -> {
                in.skip(8);
                for (long left = in.length(); left > 0; left--) {
                    in.length();
                    strings(in, 2);
                }
            }
            case 25 -> {
                in.skip(8);
                in.skipString();
            }
            default -> in.skipString();
        }
    }

    private static int scoreBytes(int length) {
        return length >= 253 ? 0 : length;
    }

    private static void strings(RdbInput in, long count) {
        for (long left = count; left > 0; left--) {
            in.skipString();
        }
    }

    /** Behind the module's id: numbers and strings, each behind what it is. */
    static void module(RdbInput in) {
        for (long kind = in.length(); kind != 0; kind = in.length()) {
            switch ((int) kind) {
                case 1, 2 -> in.length();
                case 3 -> in.skip(4);
                case 4 -> in.skip(8);
                case 5 -> in.skipString();
                default -> throw new IllegalArgumentException("a module's value with a part of kind " + kind);
            }
        }
    }

    private static void stream(int code, RdbInput in) {
        strings(in, 2 * in.length());
        lengths(in, code == 15 ? 3 : 8);
        for (long groups = in.length(); groups > 0; groups--) {
            in.skipString();
            lengths(in, code == 15 ? 2 : 3);
            for (long pending = in.length(); pending > 0; pending--) {
                in.skip(24);
                in.length();
            }
            for (long consumers = in.length(); consumers > 0; consumers--) {
                in.skipString();
                in.skip(code == 21 ? 16 : 8);
                in.skip(16 * in.length());
            }
        }
    }

    private static void lengths(RdbInput in, int count) {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }
}
