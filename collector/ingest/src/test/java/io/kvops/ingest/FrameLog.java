package io.kvops.ingest;

import io.kvops.wire.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A consumer that keeps who and which. */
final class FrameLog implements FrameConsumer {
    record Entry(UUID agent, long sequence) {}

    private final List<Entry> entries = new ArrayList<>();

    @Override
    public synchronized void accept(Frame frame, long position) {
        entries.add(new Entry(frame.source().agentId(), frame.sequence()));
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized List<Long> of(UUID agent) {
        return entries.stream()
                .filter(e -> e.agent().equals(agent))
                .map(Entry::sequence)
                .toList();
    }
}
