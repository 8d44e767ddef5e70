package io.kvops.history;

import java.util.List;

/**
 * The answer to an {@link OpsQuery}: exact for {@code [fromMillis, toMillis)}, which contains the window that was asked
 * for; older times are held in wider buckets, and a bucket counts as a whole.
 *
 * @param groups how many groups there are, those past the limit too
 * @param points by ascending time, then descending count
 */
public record OpsAnswer(long fromMillis, long toMillis, int groups, List<OpsPoint> points) {
    public OpsAnswer {
        points = List.copyOf(points);
    }
}
