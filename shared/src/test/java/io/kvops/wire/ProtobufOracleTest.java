package io.kvops.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.kvops.histogram.SparseHistogram;
import io.kvops.wire.proto.KvopsProto;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** protobuf-java, generated from the published kvops.proto, is the oracle: both directions, and what it tolerates. */
class ProtobufOracleTest {
    private final long seed = new Random().nextLong();
    private final Samples samples = new Samples(seed);

    ProtobufOracleTest() {
        System.out.println("ProtobufOracleTest seed " + seed);
    }

    @Test
    void encode_anyMessage_givesTheBytesOfProtobuf() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            byte[] ours = WireCodec.encode(samples.message());
            byte[] theirs = isFromCollector(ours)
                    ? KvopsProto.CollectorMessage.parseFrom(ours).toByteArray()
                    : KvopsProto.AgentMessage.parseFrom(ours).toByteArray();
            assertThat(Arrays.equals(theirs, ours))
                    .as("seed %d, message %d", seed, i)
                    .isTrue();
            assertThat(
                            isFromCollector(ours)
                                    ? KvopsProto.CollectorMessage.parseFrom(ours)
                                            .getUnknownFields()
                                            .isEmpty()
                                    : KvopsProto.AgentMessage.parseFrom(ours)
                                            .getUnknownFields()
                                            .isEmpty())
                    .isTrue();
        }
    }

    @Test
    void encode_aFrame_meansTheSameToProtobuf() throws Exception {
        for (int i = 0; i < 60; i++) {
            Message message = samples.message();
            if (message instanceof Frame) {
                KvopsProto.AgentMessage theirs = KvopsProto.AgentMessage.parseFrom(WireCodec.encode(message));
                assertThat(toModel(theirs.getFrame()))
                        .as("seed %d, message %d", seed, i)
                        .usingRecursiveComparison()
                        .isEqualTo(message);
            }
        }
    }

    @Test
    void decode_fieldsInAnyOrder_isTheSame() throws Exception {
        byte[] frame = WireCodec.encode(Samples.golden().get("frame"));
        KvopsProto.Frame body = KvopsProto.AgentMessage.parseFrom(frame).getFrame();
        ByteArrayOutputStream shuffled = new ByteArrayOutputStream();
        body.toBuilder().clearStrings().build().writeTo(shuffled); // all that refers to the table stands before it
        body.newBuilderForType().addAllStrings(body.getStringsList()).build().writeTo(shuffled);
        assertThat(WireCodec.encode(WireCodec.decode(message(Fields.FRAME, shuffled.toByteArray()))))
                .isEqualTo(frame);
    }

    @Test
    void decode_unknownFields_areSkipped() throws Exception {
        byte[] golden = WireCodec.encode(Samples.golden().get("hello"));
        ByteArrayOutputStream newer = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(newer);
        out.writeUInt64(100, -1);
        out.writeFixed64(101, 1);
        out.writeString(102, "later");
        out.writeFixed32(103, 1);
        KvopsProto.AgentMessage.parseFrom(golden).getHello().writeTo(out);
        out.flush();
        assertThat(WireCodec.encode(WireCodec.decode(message(Fields.HELLO, newer.toByteArray()))))
                .isEqualTo(golden);
    }

    @Test
    void decode_unknownMessage_isUnknown() throws Exception {
        assertThat(WireCodec.decode(message(7, new byte[] {8, 1})))
                .isInstanceOfSatisfying(
                        Unknown.class, u -> assertThat(u.field()).isEqualTo(7));
        assertThat(WireCodec.decode(new byte[0])).isInstanceOf(Unknown.class);
        assertThatThrownBy(() -> WireCodec.encode(new Unknown(7))).isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean isFromCollector(byte[] message) {
        return message[0] >>> 3 >= Fields.WELCOME;
    }

    private static byte[] message(int field, byte[] body) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(field, body);
        out.flush();
        return bytes.toByteArray();
    }

    private static Frame toModel(KvopsProto.Frame f) {
        List<String> strings = new ArrayList<>(List.of(""));
        strings.addAll(f.getStringsList());
        KvopsProto.Source s = f.getSource();
        Source source = new Source(
                new UUID(s.getAgentIdHigh(), s.getAgentIdLow()),
                s.getService(),
                s.getInstance(),
                s.getHost(),
                s.getPid(),
                s.getJvm());
        List<SeriesDelta> series = new ArrayList<>();
        for (KvopsProto.SeriesDelta d : f.getSeriesList()) {
            Map<String, Long> errors = new LinkedHashMap<>();
            d.getErrorsMap().forEach((name, count) -> errors.put(strings.get(name), count));
            series.add(new SeriesDelta(
                    key(d.getKey(), strings),
                    d.getCount(),
                    d.getMisses(),
                    errors,
                    d.getTimeouts(),
                    d.getCancelled(),
                    d.getKeyBytes(),
                    d.getBytesIn(),
                    d.getBytesOut(),
                    d.getSumNanos(),
                    d.getMaxNanos(),
                    histogram(d.getLatencyList()),
                    d.getDistinctKeys()));
        }
        List<HotKeyDelta> hotKeys = new ArrayList<>();
        for (KvopsProto.HotKeyDelta h : f.getHotKeysList()) {
            hotKeys.add(new HotKeyDelta(
                    strings.get(h.getStore()),
                    strings.get(h.getEndpoint()),
                    h.getKey().toByteArray(),
                    h.getHashed(),
                    h.getCount(),
                    h.getError(),
                    h.getReads(),
                    h.getWrites(),
                    h.getBytes()));
        }
        List<SlowOp> slowOps = new ArrayList<>();
        for (KvopsProto.SlowOp o : f.getSlowOpsList()) {
            List<String> stack = new ArrayList<>();
            o.getStackList().forEach(i -> stack.add(strings.get(i)));
            slowOps.add(new SlowOp(
                    o.getAtMillis(),
                    key(o.getSeries(), strings),
                    o.hasKey() ? o.getKey().toByteArray() : null,
                    o.getHashed(),
                    o.getLatencyNanos(),
                    io.kvops.op.Outcome.ofCode(o.getOutcome()),
                    stack));
        }
        return new Frame(
                source,
                f.getSequence(),
                f.getStartMillis(),
                f.getEndMillis(),
                series,
                hotKeys,
                slowOps,
                f.getGaugesMap().isEmpty() ? Collections.emptyMap() : f.getGaugesMap(),
                f.getDroppedMap().isEmpty() ? Collections.emptyMap() : f.getDroppedMap());
    }

    private static SeriesKey key(KvopsProto.SeriesKey k, List<String> strings) {
        return new SeriesKey(
                strings.get(k.getStore()),
                strings.get(k.getEndpoint()),
                strings.get(k.getOp()),
                io.kvops.op.OpClass.ofCode(k.getOpClass()),
                strings.get(k.getPattern()),
                k.getInternal());
    }

    private static SparseHistogram histogram(List<Long> pairs) {
        int[] indices = new int[pairs.size() / 2];
        long[] counts = new long[indices.length];
        int bucket = -1;
        for (int i = 0; i < indices.length; i++) {
            bucket += pairs.get(2 * i).intValue();
            indices[i] = bucket;
            counts[i] = pairs.get(2 * i + 1);
        }
        return SparseHistogram.of(indices, counts);
    }
}
