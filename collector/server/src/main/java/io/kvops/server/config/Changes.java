package io.kvops.server.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is another in one reading than in the one before. */
final class Changes {
    private static final int MOST_SHOWN = 10;

    private Changes() {}

    /** In the order of the shipped file. What is not there and what is empty are the same. */
    static List<Version.Change> between(Reading<?> old, Reading<?> next) {
        Set<String> paths = new LinkedHashSet<>(next.settings().keySet());
        paths.addAll(old.settings().keySet());
        List<Version.Change> changes = new ArrayList<>();
        for (String path : paths) {
            Setting before = old.settings().get(path);
            Setting after = next.settings().get(path);
            String was = before == null ? "" : before.fingerprint();
            if (!was.equals(after == null ? "" : after.fingerprint())) {
                changes.add(new Version.Change(
                        path, before == null ? "" : before.value(), after == null ? "" : after.value()));
            }
        }
        return changes;
    }

    /** For a line of a log. */
    static String summary(List<Version.Change> changes) {
        int shown = Math.min(MOST_SHOWN, changes.size());
        return changes.subList(0, shown) + (shown < changes.size() ? " and " + (changes.size() - shown) + " more" : "");
    }
}
