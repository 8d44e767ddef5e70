package io.kvops.analyzer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one question needs, taken out under the lock; immutable, so that the answer is computed outside of it.
 *
 * @param fromMillis begin of the window, moved back to the begin of its first cell
 * @param toMillis end, moved on to the end of its last cell
 */
record WindowData(long fromMillis, long toMillis, long nowMillis, List<Slice> slices, LiveRates rates) {

    /** A copy of one cell. Its elements are immutable. */
    record Slice(
            long startMillis,
            long widthMillis,
            long coveredFromMillis,
            long coveredToMillis,
            List<SeriesCount> series,
            List<HotKeyCount> hotKeys,
            long hotKeyFloor,
            Map<String, Long> agentDropped) {
        static Slice of(Cell cell) {
            return new Slice(
                    cell.startMillis,
                    cell.widthMillis,
                    cell.coveredFromMillis(),
                    cell.coveredToMillis(),
                    List.copyOf(cell.series()),
                    List.copyOf(cell.hotKeys.counts()),
                    cell.hotKeys.floor(),
                    Map.copyOf(cell.agentDropped()));
        }
    }

    static WindowData of(long fromMillis, long toMillis, long nowMillis, List<Cell> cells, LiveRates rates) {
        long from = fromMillis;
        long to = toMillis;
        List<Slice> slices = new ArrayList<>(cells.size());
        for (Cell cell : cells) {
            slices.add(Slice.of(cell));
            from = Math.min(from, cell.startMillis);
            to = Math.max(to, cell.endMillis());
        }
        return new WindowData(from, to, nowMillis, slices, rates);
    }

    Report.Window window() {
        long coveredFrom = Long.MAX_VALUE;
        long coveredTo = Long.MIN_VALUE;
        for (Slice slice : slices) {
            coveredFrom = Math.min(coveredFrom, slice.coveredFromMillis);
            coveredTo = Math.max(coveredTo, slice.coveredToMillis);
        }
        boolean empty = coveredTo == Long.MIN_VALUE;
        return new Report.Window(
                Instant.ofEpochMilli(fromMillis),
                Instant.ofEpochMilli(toMillis),
                Instant.ofEpochMilli(empty ? fromMillis : coveredFrom),
                Instant.ofEpochMilli(empty ? fromMillis : coveredTo),
                empty ? 0 : Math.max(1, coveredTo - coveredFrom) / 1_000.0);
    }

    Map<String, Long> agentDropped() {
        Map<String, Long> sum = new HashMap<>();
        for (Slice slice : slices) {
            slice.agentDropped.forEach((reason, n) -> sum.merge(reason, n, Long::sum));
        }
        return sum;
    }
}
