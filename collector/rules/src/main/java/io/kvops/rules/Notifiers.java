package io.kvops.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the kinds of notifiers. */
final class Notifiers {
    private Notifiers() {}

    static Notifier.Type type(NotifierSettings settings) {
        List<String> known = new ArrayList<>();
        for (Notifier.Type type : ServiceLoader.load(Notifier.Type.class, Notifiers.class.getClassLoader())) {
            if (type.name().equals(settings.type())) {
                return type;
            }
            known.add(type.name());
        }
        throw new IllegalArgumentException(
                "type: '" + settings.type() + "' (expected one of " + String.join(", ", known) + ")");
    }

    static Notifier open(NotifierSettings settings) {
        Notifier.Type type = type(settings);
        settings.expect(type.keys());
        return type.open(settings);
    }

    /** Refuses settings that can't be opened. */
    static void check(NotifierSettings settings) {
        open(settings).close();
    }
}
