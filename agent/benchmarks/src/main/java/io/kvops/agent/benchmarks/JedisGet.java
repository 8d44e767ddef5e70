package io.kvops.agent.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import redis.clients.jedis.Jedis;

/** A GET of Jedis over a socket in memory, so that what an agent adds is not lost in a network's noise. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JedisGet {
    @Param({"one", "zipf", "uniform"})
    public String keys = "zipf";

    private final Jedis jedis = new Jedis(MemorySocket::new);
    private String[] draws = {};
    private int at;

    @Setup
    public void draw() {
        switch (keys) {
            case "one" -> draws = new String[] {"user:42:profile"};
            case "zipf" -> draws = Keys.zipf();
            default -> draws = Keys.uniform();
        }
    }

    @Benchmark
    public String get() {
        return jedis.get(draws[at++ & draws.length - 1]);
    }

    @Benchmark
    public String getBetweenTwoClockReads(Blackhole sink) {
        long start = System.nanoTime();
        String value = jedis.get(draws[at++ & draws.length - 1]);
        sink.consume(System.nanoTime() - start);
        return value;
    }
}
