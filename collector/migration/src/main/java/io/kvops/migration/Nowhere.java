package io.kvops.migration;

import io.kvops.migration.value.ElementSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.WholeRecord.Element;

/** Takes records and forgets them. */
final class Nowhere extends ElementSink {
    static final RecordSink SINK = new Nowhere();

    private Nowhere() {}

    @Override
    protected void element(Element element, long bytes) {}

    @Override
    public void begin(RecordHeader header) {}

    @Override
    public void end() {}

    @Override
    public void abort() {}
}
