package io.kvops.benchmarks;

import io.kvops.benchmarks.fleet.SampleFrames;
import io.kvops.wire.Message;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to decode a frame of a fleet, 20 series: the most that a frame costs the door. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class FrameDecoding {
    private static final int SERIES = 20;

    private final byte[][] frames = SampleFrames.encoded(SERIES, 1);
    private int next;

    /** The whole frame, all of its series. */
    @Benchmark
    public Message decode() throws WireException {
        next = (next + 1) % frames.length;
        return WireCodec.decode(frames[next]);
    }
}
