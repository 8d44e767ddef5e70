package io.kvops.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Tells listeners, each on a thread of its own behind a bounded queue: a slow one loses events, a task never waits. */
final class EventHub implements AutoCloseable {
    private static final int MAX_WAITING = 1_024;
    private static final int MAX_LISTENERS = 32;

    private final List<Told> listeners = new ArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private final Consumer<String> problems;
    private int numbered;

    EventHub(Consumer<String> problems) {
        this.problems = problems;
    }

    private final class Told {
        final BlockingQueue<TaskEvent> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        final TaskListener listener;
        final Thread thread;

        Told(TaskListener listener, int number) {
            this.listener = listener;
            thread = new Thread(this::tell, "kvops-task-events-" + number);
            thread.setDaemon(true);
        }

        void tell() {
            try {
                while (true) {
                    tell(waiting.take());
                }
            } catch (InterruptedException e) {
                // closed: what came before is still told
                for (TaskEvent event = waiting.poll(); event != null; event = waiting.poll()) {
                    tell(event);
                }
            }
        }

        private void tell(TaskEvent event) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                problems.accept("a listener of tasks failed at " + event.type() + " of task "
                        + event.task().id() + ": " + Text.reason(e));
            }
        }
    }

    /** Adds one. To close what is returned takes it away again. */
    synchronized AutoCloseable add(TaskListener listener) {
        if (listeners.size() == MAX_LISTENERS) {
            throw new IllegalStateException(
                    "listeners: " + MAX_LISTENERS + " are there (expected at most that; close one)");
        }
        Told told = new Told(listener, ++numbered);
        listeners.add(told);
        told.thread.start();
        return () -> remove(told);
    }

    private synchronized void remove(Told told) {
        listeners.remove(told);
        told.thread.interrupt();
    }

    synchronized void tell(TaskEvent event) {
        for (Told told : listeners) {
            if (!told.waiting.offer(event)) {
                dropped.incrementAndGet();
            }
        }
    }

    long dropped() {
        return dropped.get();
    }

    @Override
    public synchronized void close() {
        listeners.forEach(told -> told.thread.interrupt());
        listeners.clear();
    }
}
