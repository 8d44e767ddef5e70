package io.kvops.wire;

import io.kvops.histogram.SparseHistogram;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Encodes one message. Fields go out in the order of their numbers, so the bytes are those of protobuf's own writers. */
final class MessageEncoder {
    private final ProtoWriter out = new ProtoWriter();
    private final StringTable strings = new StringTable();

    byte[] encode(Message message) {
        if (message instanceof Frame) {
            int start = out.begin(Fields.FRAME);
            frame((Frame) message);
            out.end(start);
        } else if (message instanceof Hello) {
            int start = out.begin(Fields.HELLO);
            hello((Hello) message);
            out.end(start);
        } else if (message instanceof Welcome) {
            int start = out.begin(Fields.WELCOME);
            welcome((Welcome) message);
            out.end(start);
        } else if (message instanceof Ack) {
            int start = out.begin(Fields.ACK);
            Ack ack = (Ack) message;
            uuid(ack.agentId());
            out.unsigned(3, ack.sequence(), "ack sequence");
            out.end(start);
        } else if (message instanceof Refusal) {
            int start = out.begin(Fields.REFUSAL);
            Refusal refusal = (Refusal) message;
            out.unsigned(1, refusal.kind().code(), "refusal kind");
            out.string(2, refusal.message());
            out.end(start);
        } else if (message instanceof Configured) {
            int start = out.begin(Fields.CONFIGURED);
            Configured configured = (Configured) message;
            out.unsigned(1, configured.version(), "config version");
            strings(2, configured.problems(), Fields.MAX_ENTRIES, "problems");
            out.end(start);
        } else if (message instanceof Configure) {
            int start = out.begin(Fields.CONFIGURE);
            Configure configure = (Configure) message;
            out.unsigned(1, configure.version(), "config version");
            options(2, configure.options());
            out.end(start);
        } else if (message instanceof Pace) {
            int start = out.begin(Fields.PACE);
            out.unsigned(1, ((Pace) message).intervalMillis(), "pace");
            out.end(start);
        } else {
            throw new IllegalArgumentException("not a message of this protocol: " + message.getClass());
        }
        return out.toBytes();
    }

    private void hello(Hello hello) {
        out.unsigned(1, hello.protocol(), "protocol");
        strings(2, hello.capabilities(), Fields.MAX_ENTRIES, "capabilities");
        out.string(3, hello.token());
        source(4, hello.source());
        out.signed(5, hello.startMillis());
        out.string(6, hello.agentVersion());
    }

    private void welcome(Welcome welcome) {
        out.unsigned(1, welcome.protocol(), "protocol");
        strings(2, welcome.capabilities(), Fields.MAX_ENTRIES, "capabilities");
        out.unsigned(3, welcome.maxFrameBytes(), "max frame bytes");
        options(4, welcome.config());
        out.unsigned(5, welcome.configVersion(), "config version");
    }

    private void options(int field, Map<String, String> options) {
        checkEntries(options.size(), Fields.MAX_ENTRIES, "config");
        for (Map.Entry<String, String> e : options.entrySet()) {
            int start = out.begin(field);
            out.element(1, e.getKey());
            out.element(2, e.getValue());
            out.end(start);
        }
    }

    private void source(int field, Source source) {
        int start = out.begin(field);
        uuid(source.agentId());
        out.string(3, source.service());
        out.string(4, source.instance());
        out.string(5, source.host());
        out.unsigned(6, source.pid(), "pid");
        out.string(7, source.jvm());
        out.end(start);
    }

    private void uuid(UUID id) {
        out.fixed64(1, id.getMostSignificantBits());
        out.fixed64(2, id.getLeastSignificantBits());
    }

    private void frame(Frame frame) {
        collectStrings(frame);
        strings(1, strings.strings(), Fields.MAX_STRINGS, "strings");
        source(2, frame.source());
        out.unsigned(3, frame.sequence(), "frame sequence");
        out.signed(4, frame.startMillis());
        out.signed(5, frame.endMillis());
        checkEntries(frame.series().size(), Fields.MAX_ENTRIES, "series");
        for (SeriesDelta delta : frame.series()) {
            int start = out.begin(6);
            series(delta);
            out.end(start);
        }
        checkEntries(frame.hotKeys().size(), Fields.MAX_ENTRIES, "hot keys");
        for (HotKeyDelta delta : frame.hotKeys()) {
            int start = out.begin(7);
            hotKey(delta);
            out.end(start);
        }
        checkEntries(frame.slowOps().size(), Fields.MAX_ENTRIES, "slow ops");
        for (SlowOp op : frame.slowOps()) {
            int start = out.begin(8);
            slowOp(op);
            out.end(start);
        }
        checkEntries(frame.gauges().size(), Fields.MAX_ENTRIES, "gauges");
        for (Map.Entry<String, Double> e : frame.gauges().entrySet()) {
            int start = out.begin(9);
            out.element(1, e.getKey());
            out.entryDouble(2, e.getValue());
            out.end(start);
        }
        checkEntries(frame.dropped().size(), Fields.MAX_ENTRIES, "dropped");
        for (Map.Entry<String, Long> e : frame.dropped().entrySet()) {
            int start = out.begin(10);
            out.element(1, e.getKey());
            out.entryVarint(2, e.getValue(), "dropped");
            out.end(start);
        }
    }

    /** The table stands before what refers to it, so the words are gathered in a walk of their own. */
    private void collectStrings(Frame frame) {
        for (SeriesDelta delta : frame.series()) {
            collect(delta.key());
            for (String error : delta.errors().keySet()) {
                strings.add(error);
            }
        }
        for (HotKeyDelta delta : frame.hotKeys()) {
            strings.add(delta.store());
            strings.add(delta.endpoint());
        }
        for (SlowOp op : frame.slowOps()) {
            collect(op.series());
            for (String element : op.stack()) {
                strings.add(element);
            }
        }
    }

    private void collect(SeriesKey key) {
        strings.add(key.store());
        strings.add(key.endpoint());
        strings.add(key.op());
        strings.add(key.pattern());
    }

    private void series(SeriesDelta delta) {
        seriesKey(1, delta.key());
        out.unsigned(2, delta.count(), "series count");
        out.unsigned(3, delta.misses(), "series misses");
        checkEntries(delta.errors().size(), Fields.MAX_ENTRIES, "errors");
        for (Map.Entry<String, Long> e : delta.errors().entrySet()) {
            int start = out.begin(4);
            out.entryVarint(1, strings.indexOf(e.getKey()), "series error");
            out.entryVarint(2, e.getValue(), "series errors");
            out.end(start);
        }
        out.unsigned(5, delta.timeouts(), "series timeouts");
        out.unsigned(6, delta.cancelled(), "series cancelled");
        out.unsigned(7, delta.keyBytes(), "series key bytes");
        out.unsigned(8, delta.bytesIn(), "series bytes in");
        out.unsigned(9, delta.bytesOut(), "series bytes out");
        out.unsigned(10, delta.sumNanos(), "series sum nanos");
        out.unsigned(11, delta.maxNanos(), "series max nanos");
        latency(12, delta.latency());
        out.unsigned(13, delta.distinctKeys(), "series distinct keys");
    }

    private void seriesKey(int field, SeriesKey key) {
        int start = out.begin(field);
        index(1, key.store());
        index(2, key.endpoint());
        index(3, key.op());
        index(4, key.pattern());
        out.unsigned(5, key.opClass().code(), "op class");
        out.bool(6, key.internal());
        out.end(start);
    }

    private void latency(int field, SparseHistogram histogram) {
        if (histogram.size() == 0) {
            return;
        }
        int start = out.begin(field);
        int previous = -1;
        for (int i = 0; i < histogram.size(); i++) {
            out.varint(histogram.index(i) - previous);
            out.varint(histogram.count(i));
            previous = histogram.index(i);
        }
        out.end(start);
    }

    private void hotKey(HotKeyDelta delta) {
        index(1, delta.store());
        index(2, delta.endpoint());
        out.bytes(3, delta.key());
        out.bool(4, delta.hashed());
        out.unsigned(5, delta.count(), "hot key count");
        out.unsigned(6, delta.error(), "hot key error");
        out.unsigned(7, delta.reads(), "hot key reads");
        out.unsigned(8, delta.writes(), "hot key writes");
        out.unsigned(9, delta.bytes(), "hot key bytes");
    }

    private void slowOp(SlowOp op) {
        out.signed(1, op.atMillis());
        seriesKey(2, op.series());
        byte @Nullable [] key = op.key();
        if (key != null) {
            out.element(3, key);
        }
        out.bool(4, op.hashed());
        out.unsigned(5, op.latencyNanos(), "slow op latency");
        out.unsigned(6, op.outcome().code(), "outcome");
        if (!op.stack().isEmpty()) {
            checkEntries(op.stack().size(), Fields.MAX_ENTRIES, "stack");
            int start = out.begin(7);
            for (String element : op.stack()) {
                out.varint(strings.indexOf(element));
            }
            out.end(start);
        }
    }

    private void index(int field, String text) {
        out.unsigned(field, strings.indexOf(text), "string index");
    }

    private void strings(int field, List<String> values, int max, String what) {
        checkEntries(values.size(), max, what);
        for (String value : values) {
            out.element(field, value);
        }
    }

    /** What a reader would refuse is not written. */
    private static void checkEntries(int size, int max, String what) {
        if (size > max) {
            throw new IllegalArgumentException(what + ": " + size + " entries (at most " + max + ")");
        }
    }
}
