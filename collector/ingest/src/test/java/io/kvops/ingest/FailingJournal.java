package io.kvops.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Fails before or after the real journal did its part, as real failures do. */
record FailingJournal(Journal journal, BooleanSupplier fails) implements Journal {
    @Override
    public long append(byte[] frame) throws IOException {
        failNowAndThen();
        long position = journal.append(frame);
        failNowAndThen();
        return position;
    }

    @Override
    public void sync() throws IOException {
        failNowAndThen();
        journal.sync();
        failNowAndThen();
    }

    private void failNowAndThen() throws IOException {
        if (fails.getAsBoolean()) {
            throw new IOException("journal fails in the test");
        }
    }

    @Override
    public Cursor read(long after) throws IOException {
        return journal.read(after);
    }

    @Override
    public void limits(long segmentBytes, Duration segmentAge) {
        journal.limits(segmentBytes, segmentAge);
    }

    @Override
    public List<Segment> segments() {
        return journal.segments();
    }

    @Override
    public long segmentOf(long position) {
        return journal.segmentOf(position);
    }

    @Override
    public long bytesAfter(long position) {
        return journal.bytesAfter(position);
    }

    @Override
    public void remove(Segment segment) throws IOException {
        journal.remove(segment);
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
