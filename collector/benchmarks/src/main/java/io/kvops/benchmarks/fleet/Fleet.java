package io.kvops.benchmarks.fleet;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Simulated agents over real connections, few threads. With an interval each makes a frame when its time has come, whether
 * or not the one before was acknowledged, and its latency counts from that time; without, each makes the next frame when
 * the one before is acknowledged. For one calling thread.
 */
final class Fleet implements AutoCloseable {
    private static final int CONNECTS_PER_STEP = 20;
    private static final long STEP_MILLIS = 10;
    private static final long TICK_MILLIS = 2;

    private final FleetOptions options;
    private final FramePool pool;
    private final EventLoopGroup loops;
    private final List<Crew> crews = new ArrayList<>();
    private volatile boolean making;
    private volatile String lastRefusal = "";

    Fleet(FleetOptions options) {
        this.options = options;
        pool = FramePool.of(options.series(), options.hotKeys(), options.run());
        loops = new MultiThreadIoEventLoopGroup(
                options.threads(), new DefaultThreadFactory("fleet", true), NioIoHandler.newFactory());
        for (int i = 0; i < options.threads(); i++) {
            crews.add(new Crew(loops.next()));
        }
        for (int number = 0; number < options.agents(); number++) {
            crews.get(number % crews.size()).enlist(number);
        }
    }

    /** Connects all, some at a time, and waits until they are welcome; false if they are not in time. */
    boolean connect(long timeoutSeconds) throws InterruptedException {
        crews.forEach(Crew::connect);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (welcome() < options.agents()) {
            if (System.nanoTime() > until) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    /** Agents that are welcome now. */
    int welcome() throws InterruptedException {
        int sum = 0;
        for (Crew crew : crews) {
            sum += crew.ask(() ->
                    (int) crew.agents.stream().filter(SimulatedAgent::welcome).count());
        }
        return sum;
    }

    /** Begins to make frames. */
    void start() {
        making = true;
        crews.forEach(Crew::start);
    }

    /** Makes no more, and waits until all are acknowledged; false if they are not in time. */
    boolean finish(long timeoutSeconds) throws InterruptedException {
        making = false;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (kept() > 0) {
            if (System.nanoTime() > until) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    /** What was done so far. */
    Tally tally() throws InterruptedException {
        Tally all = new Tally(pool.templates());
        for (Crew crew : crews) {
            all.add(crew.ask(crew.tally::copy));
        }
        return all;
    }

    /** Why an agent was sent away last; empty if none was. */
    String lastRefusal() {
        return lastRefusal;
    }

    private long kept() throws InterruptedException {
        long sum = 0;
        for (Crew crew : crews) {
            sum += crew.ask(
                    () -> crew.agents.stream().mapToLong(SimulatedAgent::kept).sum());
        }
        return sum;
    }

    @Override
    public void close() {
        making = false;
        crews.forEach(crew -> crew.loop.execute(() -> crew.agents.forEach(SimulatedAgent::close)));
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    boolean making() {
        return making;
    }

    boolean closedLoop() {
        return options.intervalMillis() == 0;
    }

    /** Time that a frame says it covers. */
    long frameMillis() {
        return Math.max(1, options.intervalMillis());
    }

    InetSocketAddress address() {
        return options.collector();
    }

    @Nullable
    SslContext tls() {
        return options.tls();
    }

    String token() {
        return options.token();
    }

    long run() {
        return options.run();
    }

    int templateIndex(int agent, long sequence) {
        return pool.index(agent, sequence);
    }

    FrameTemplate template(int agent, long sequence) {
        return pool.templates().get(pool.index(agent, sequence));
    }

    void refusedBecause(String reason) {
        lastRefusal = reason;
    }

    /** Calls back on the event loop of an agent. */
    @SuppressWarnings("FutureReturnValueIgnored") // only a loop that has ended refuses, and then nobody waits
    void later(int agent, Runnable call, long millis) {
        EventLoop loop = crews.get(agent % crews.size()).loop;
        if (!loop.isShuttingDown()) {
            loop.schedule(call, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** The agents of one event loop. */
    private final class Crew {
        private final EventLoop loop;
        private final Tally tally;
        private final Bootstrap bootstrap;
        private final List<SimulatedAgent> agents = new ArrayList<>();
        private int connecting;
        private long startNanos;
        private long turns;

        Crew(EventLoop loop) {
            this.loop = loop;
            tally = new Tally(pool.templates());
            bootstrap = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 20_000);
        }

        void enlist(int number) {
            agents.add(new SimulatedAgent(Fleet.this, number, tally, bootstrap));
        }

        @SuppressWarnings("FutureReturnValueIgnored") // it ends with the loop
        void connect() {
            loop.execute(() -> {
                for (int i = 0; i < CONNECTS_PER_STEP && connecting < agents.size(); i++) {
                    agents.get(connecting++).connect();
                }
                if (connecting < agents.size()) {
                    loop.schedule(this::connect, STEP_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        }

        @SuppressWarnings("FutureReturnValueIgnored") // it ends with the loop
        void start() {
            loop.execute(() -> {
                startNanos = System.nanoTime();
                if (closedLoop()) {
                    agents.forEach(agent -> agent.make(startNanos));
                } else {
                    loop.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        }

        /** The phases of the agents are spread evenly over the interval, so turns come at a constant rate. */
        private void tick() {
            if (!making || agents.isEmpty()) {
                return;
            }
            double nanosPerTurn = options.intervalMillis() * 1e6 / agents.size();
            long now = System.nanoTime();
            for (long due = dueOf(turns, nanosPerTurn); due <= now; due = dueOf(turns, nanosPerTurn)) {
                agents.get((int) (turns % agents.size())).make(due);
                turns++;
            }
        }

        private long dueOf(long turn, double nanosPerTurn) {
            return startNanos + (long) (turn * nanosPerTurn);
        }

        <T> T ask(java.util.concurrent.Callable<T> question) throws InterruptedException {
            try {
                return loop.submit(question).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
