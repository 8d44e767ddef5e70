package io.kvops.server.capacity;

import io.kvops.planner.capacity.Outlook;
import java.time.Duration;
import java.util.List;

/**
 * How resources stand.
 *
 * @param horizon how far was looked ahead
 * @param resources the first to run out first
 * @param resourceCount of all, of which these are the first
 * @param notes what the reader should know of the whole
 */
public record Capacity(Duration horizon, List<Outlook> resources, int resourceCount, List<String> notes) {
    public Capacity {
        resources = List.copyOf(resources);
        notes = List.copyOf(notes);
    }
}
