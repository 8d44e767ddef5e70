package io.kvops.rules;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line to the log for each alert. */
public final class LogNotifier implements Notifier.Type {
    private static final Logger LOG = LoggerFactory.getLogger("io.kvops.alerts");

    @Override
    public String name() {
        return "log";
    }

    @Override
    public Set<String> keys() {
        return Set.of("title", "line");
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        Texts texts = Texts.of(settings);
        return notification -> {
            boolean urgent = notification.firing().stream()
                    .anyMatch(alert -> alert.level().compareTo(Level.WARNING) >= 0);
            String line = line(texts.title(notification), texts.body(notification));
            if (urgent) {
                LOG.warn("{}", line);
            } else {
                LOG.info("{}", line);
            }
        };
    }

    /** In it are names that applications gave, and a terminal may show it: they can't steer that. */
    static String line(String title, String body) {
        return (title + ": " + body.strip().replaceAll("\\s*\\R\\s*", "; "))
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
