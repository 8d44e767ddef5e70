package io.kvops.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which segments of the journal may go: too old or too many bytes, oldest first, and never one still to be processed. */
record Retention(Duration age, long bytesMax) {

    /**
     * @param segments oldest first
     * @param processedSegment the segment of the last processed record: all before it are processed
     */
    List<Journal.Segment> removable(List<Journal.Segment> segments, long processedSegment, long nowMillis) {
        long bytes = segments.stream().mapToLong(Journal.Segment::sizeBytes).sum();
        List<Journal.Segment> removable = new ArrayList<>();
        for (int i = 0; i < segments.size() - 1; i++) {
            Journal.Segment segment = segments.get(i);
            boolean old = nowMillis - segment.lastMillis() > age.toMillis();
            if (segment.id() >= processedSegment || !(old || bytes > bytesMax)) {
                break;
            }
            bytes -= segment.sizeBytes();
            removable.add(segment);
        }
        return removable;
    }
}
