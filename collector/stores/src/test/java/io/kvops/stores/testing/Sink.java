package io.kvops.stores.testing;

import io.kvops.stores.Measurement;
import io.kvops.stores.StoreEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Keeps all measurements. */
public final class Sink implements Consumer<Measurement> {
    private final List<Measurement> all = new CopyOnWriteArrayList<>();

    @Override
    public void accept(Measurement measurement) {
        all.add(measurement);
    }

    public List<Measurement> all() {
        return all;
    }

    public List<Measurement> of(String subject) {
        return all.stream().filter(m -> m.subject().equals(subject)).toList();
    }

    public List<StoreEvent> events(String subject, StoreEvent.Type type) {
        return of(subject).stream()
                .flatMap(m -> m.events().stream())
                .filter(e -> e.type() == type)
                .toList();
    }
}
