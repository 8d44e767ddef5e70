package io.kvops.rules;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One receiver's queue and thread: what is slow or dead here delays nobody else. */
final class Delivery implements AutoCloseable {
    static final int MAX_WAITING = 200;
    private static final int MAX_TESTS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** What is to be sent, until when it is tried, and who hears the end: an empty text, or why it was given up. */
    private record Work(Notification notification, long triesNanos, Consumer<String> done) {}

    private final NotifierSettings settings;
    private final Notifier notifier;
    private final LongSupplier nanos;
    private final Duration firstPause;
    private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    /** Tests of the receiver, which somebody waits for: they don't queue behind what is tried again and again. */
    private final BlockingQueue<Work> tests = new ArrayBlockingQueue<>(MAX_TESTS);

    private final Semaphore coming = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong retried = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile String problem = "";

    Delivery(NotifierSettings settings, LongSupplier nanos, Duration firstPause) {
        this.settings = settings;
        this.notifier = Notifiers.open(settings);
        this.nanos = nanos;
        this.firstPause = firstPause;
        this.thread = new Thread(this::run, "kvops-notify-" + settings.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    NotifierSettings settings() {
        return settings;
    }

    /** Puts it into the queue, and returns at once. */
    void send(Notification notification, Duration tries, Consumer<String> done) {
        put(waiting, new Work(notification, tries.toNanos(), done), MAX_WAITING);
    }

    /** Sends it once, before all that waits or is tried again, and returns at once. */
    void test(Notification notification, Consumer<String> done) {
        put(tests, new Work(notification, 0, done), MAX_TESTS);
    }

    private void put(BlockingQueue<Work> queue, Work work, int most) {
        if (queue.offer(work)) {
            coming.release();
        } else {
            dropped.incrementAndGet();
            work.done().accept("more than " + most + " messages wait");
        }
    }

    ReceiverStats stats() {
        return new ReceiverStats(
                settings.name(),
                settings.type(),
                waiting.size(),
                sent.get(),
                retried.get(),
                failed.get(),
                dropped.get(),
                problem);
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                coming.acquire();
                Work test = tests.poll();
                Work work = test != null ? test : waiting.poll();
                // none if that one was a test that was sent in a pause
                if (work != null) {
                    work.done().accept(tell(work));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tell(Work work) throws InterruptedException {
        long began = nanos.getAsLong();
        long pauseNanos = firstPause.toNanos();
        while (true) {
            String why;
            boolean again = true;
            try {
                notifier.send(work.notification());
                sent.incrementAndGet();
                if (!problem.isEmpty()) {
                    LOG.info("receiver {} is told again", settings.name());
                }
                problem = "";
                return "";
            } catch (Notifier.Refused e) {
                why = said(e);
                again = false;
            } catch (IOException | RuntimeException e) {
                why = said(e);
            }
            if (problem.isEmpty()) {
                LOG.warn(
                        "receiver {} can't be told, {}: {}", settings.name(), again ? "trying again" : "given up", why);
            }
            problem = why;
            if (!again || nanos.getAsLong() - began + pauseNanos > work.triesNanos()) {
                failed.incrementAndGet();
                return why;
            }
            retried.incrementAndGet();
            pause(pauseNanos);
            if (closed.getCount() == 0) {
                return why;
            }
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos());
        }
    }

    private void pause(long pauseNanos) throws InterruptedException {
        long began = nanos.getAsLong();
        Work test = tests.poll(pauseNanos, TimeUnit.NANOSECONDS);
        while (test != null) {
            test.done().accept(tell(test));
            test = tests.poll(pauseNanos - (nanos.getAsLong() - began), TimeUnit.NANOSECONDS);
        }
    }

    private static String said(Exception e) {
        String text = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        String kind = e instanceof IOException && e.getMessage() != null
                ? ""
                : e.getClass().getSimpleName() + ": ";
        return kind + (text.length() > 300 ? text.substring(0, 300) : text);
    }

    /** What was not sent is not told, and will be when the rules are there again. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        notifier.close();
    }
}
