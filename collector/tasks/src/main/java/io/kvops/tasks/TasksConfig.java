package io.kvops.tasks;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How tasks are run and kept. Immutable.
 *
 * @param folder where all is kept; made if it is not there
 * @param maxRunning tasks that run at once in this process, 1 to 64
 * @param maxQueued tasks that wait at once in this process, 0 to 10 000; more are refused
 * @param pickUp whether tasks that a dead process left are continued by themselves; a command that only looks or does one
 *     thing says no
 * @param heartbeat how often progress is kept, requests of other processes are seen and left tasks are looked for, 10 ms to 60 s
 * @param keepEnded how many tasks that ended are kept, 0 to 10 000
 * @param keepFor how long they are kept at most
 * @param closeWait how long {@link Tasks#close} waits for tasks to reach a pause point before it interrupts them
 * @param clock gives the timestamps
 * @param nanos a ticker for rates
 * @param problems is told, in one line, what an operator should know: a damaged file, a full disk
 */
public record TasksConfig(
        Path folder,
        int maxRunning,
        int maxQueued,
        boolean pickUp,
        Duration heartbeat,
        int keepEnded,
        Duration keepFor,
        Duration closeWait,
        Clock clock,
        LongSupplier nanos,
        Consumer<String> problems) {
    public TasksConfig {
        Objects.requireNonNull(folder, "folder");
        range("maxRunning", maxRunning, 1, 64);
        range("maxQueued", maxQueued, 0, 10_000);
        range("keepEnded", keepEnded, 0, 10_000);
        range("heartbeat in ms", heartbeat.toMillis(), 10, 60_000);
        positive("keepFor", keepFor);
        positive("closeWait", closeWait);
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanos, "nanos");
        Objects.requireNonNull(problems, "problems");
    }

    /** The defaults: 4 at once, 100 waiting, heartbeat 500 ms, the last 200 of 30 days kept, problems to the system's logger. */
    public static TasksConfig in(Path folder) {
        System.Logger logger = System.getLogger(Tasks.class.getName());
        return new TasksConfig(
                folder,
                4,
                100,
                true,
                Duration.ofMillis(500),
                200,
                Duration.ofDays(30),
                Duration.ofSeconds(10),
                Clock.systemUTC(),
                System::nanoTime,
                line -> logger.log(System.Logger.Level.WARNING, line));
    }

    public TasksConfig withLimits(int newMaxRunning, int newMaxQueued) {
        return new TasksConfig(
                folder,
                newMaxRunning,
                newMaxQueued,
                pickUp,
                heartbeat,
                keepEnded,
                keepFor,
                closeWait,
                clock,
                nanos,
                problems);
    }

    public TasksConfig withPickUp(boolean newPickUp) {
        return new TasksConfig(
                folder,
                maxRunning,
                maxQueued,
                newPickUp,
                heartbeat,
                keepEnded,
                keepFor,
                closeWait,
                clock,
                nanos,
                problems);
    }

    public TasksConfig withHeartbeat(Duration newHeartbeat) {
        return new TasksConfig(
                folder,
                maxRunning,
                maxQueued,
                pickUp,
                newHeartbeat,
                keepEnded,
                keepFor,
                closeWait,
                clock,
                nanos,
                problems);
    }

    public TasksConfig withRetention(int newKeepEnded, Duration newKeepFor) {
        return new TasksConfig(
                folder,
                maxRunning,
                maxQueued,
                pickUp,
                heartbeat,
                newKeepEnded,
                newKeepFor,
                closeWait,
                clock,
                nanos,
                problems);
    }

    public TasksConfig withClocks(Clock newClock, LongSupplier newNanos) {
        return new TasksConfig(
                folder,
                maxRunning,
                maxQueued,
                pickUp,
                heartbeat,
                keepEnded,
                keepFor,
                closeWait,
                newClock,
                newNanos,
                problems);
    }

    public TasksConfig withProblems(Consumer<String> newProblems) {
        return new TasksConfig(
                folder,
                maxRunning,
                maxQueued,
                pickUp,
                heartbeat,
                keepEnded,
                keepFor,
                closeWait,
                clock,
                nanos,
                newProblems);
    }

    private static void range(String name, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + from + " to " + to + ")");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected more than 0)");
        }
    }
}
