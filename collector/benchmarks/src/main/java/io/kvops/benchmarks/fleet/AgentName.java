package io.kvops.benchmarks.fleet;

import io.kvops.wire.Frame;
import io.kvops.wire.Source;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Who a simulated agent says that it is. */
final class AgentName {
    private static final int AGENTS_PER_SERVICE = 200;

    private final Source source;

    private AgentName(Source source) {
        this.source = source;
    }

    /**
     * @param number of the agent in the fleet, from 0
     * @param run the same run and number give the same agent; another run another
     */
    static AgentName of(int number, long run) {
        String service = String.format(Locale.ROOT, "service-%03d", number / AGENTS_PER_SERVICE);
        String host = String.format(Locale.ROOT, "host-%05d", number);
        return new AgentName(new Source(new UUID(run, number), service, host + ":4711", host, 4711, "Simulated 17"));
    }

    Source source() {
        return source;
    }

    /** As it stands in a frame. */
    byte[] encodedSource() {
        return FrameTemplate.source(new Frame(source, 1, 1, 1, List.of(), List.of(), List.of(), Map.of(), Map.of()));
    }
}
