package io.kvops.rules;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told; one of {@code mode: dead} takes nothing. A notifier of one's own is as small as this. */
public final class RecordingNotifier implements Notifier.Type {
    static final List<Notification> TOLD = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public Set<String> keys() {
        return Set.of("mode");
    }

    @Override
    public Notifier open(NotifierSettings settings) {
        boolean dead = settings.text("mode", "").equals("dead");
        return notification -> {
            if (dead) {
                throw new IOException("nobody is there");
            }
            TOLD.add(notification);
        };
    }
}
