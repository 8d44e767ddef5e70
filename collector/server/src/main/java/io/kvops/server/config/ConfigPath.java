package io.kvops.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The path of a setting: {@code ingest.port}, {@code stores.targets[0].address}, {@code agents.services."shop.eu".slow}. A
 * name with anything but letters, digits, {@code _} and {@code -} is in double quotes.
 */
final class ConfigPath {
    private static final int LONGEST = 1_000;

    private ConfigPath() {}

    /** The path of a key in a mapping. */
    static String of(String parent, String key) {
        String name = key.matches("[A-Za-z0-9_-]+") ? key : '"' + key.replace("\"", "\\\"") + '"';
        return parent.isEmpty() ? name : parent + "." + name;
    }

    /** The path of an element of a list. */
    static String of(String parent, int index) {
        return parent + "[" + index + "]";
    }

    /**
     * The names of a path; an index is written {@code [0]}.
     *
     * @throws IllegalArgumentException if it is not a path
     */
    static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        int at = 0;
        int end = path.length();
        boolean nameWanted = true;
        while (at < end && end <= LONGEST) {
            char c = path.charAt(at);
            if (c == '.' && !nameWanted) {
                nameWanted = true;
                at++;
                continue;
            }
            int after;
            if (c == '[' && !nameWanted) {
                after = path.indexOf(']', at) + 1;
                require(after > 0 && path.substring(at, after).matches("\\[\\d{1,6}]"), path);
                names.add(path.substring(at, after));
            } else if (c == '"' && nameWanted) {
                after = endOfQuoted(path, at);
                names.add(path.substring(at + 1, after - 1).replace("\\\"", "\""));
            } else {
                require(nameWanted, path);
                after = at;
                while (after < end && ".[\"".indexOf(path.charAt(after)) < 0) {
                    after++;
                }
                require(after > at, path);
                names.add(path.substring(at, after));
            }
            nameWanted = false;
            at = after;
        }
        require(!nameWanted && end <= LONGEST, path);
        return names;
    }

    private static int endOfQuoted(String path, int begin) {
        for (int i = begin + 1; i < path.length(); i++) {
            if (path.charAt(i) == '\\') {
                i++;
            } else if (path.charAt(i) == '"') {
                return i + 1;
            }
        }
        throw new IllegalArgumentException(path + ": a quote is not closed");
    }

    private static void require(boolean condition, String path) {
        if (!condition) {
            String shown = path.length() > 60 ? path.substring(0, 57) + "..." : path;
            throw new IllegalArgumentException(
                    "'" + shown + "' is not the path of a setting (expected such as analyzer.maxHotKeys)");
        }
    }
}
