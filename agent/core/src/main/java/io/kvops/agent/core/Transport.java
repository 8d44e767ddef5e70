package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.wire.Ack;
import io.kvops.wire.Configure;
import io.kvops.wire.Configured;
import io.kvops.wire.Message;
import io.kvops.wire.Pace;
import io.kvops.wire.Refusal;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings frames to the collector: connects, sends, reads acks, and begins again when the connection ends. The log gets one
 * line when the state changes, not one per attempt. Runs on the I/O thread; {@link #close} may come from any.
 */
final class Transport implements Runnable {
    private static final long RETRY_MILLIS_MIN = 100;
    private static final long RETRY_MILLIS_MAX = 5_000;
    private static final long REFUSED_MILLIS = 30_000;
    private static final int WELCOME_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 100;
    private static final int BUSY_MILLIS = 10;
    /** A frame that the collector cannot read is given up after so many refusals in a row without an ack. */
    private static final int MALFORMED_MAX = 5;

    /**
     * The first handshake makes the JVM settle which logger its own classes use: the application gets so long to say which,
     * before that happens for the agent's sake.
     */
    private static final long TLS_AFTER_NANOS = 2_000_000_000L;

    private static final int PROBLEMS_MAX = 20;

    private final Door door;
    private final AgentLog log;
    private final Settings settings;
    private final List<Outbox> outboxes = new ArrayList<>();
    private final List<Spool> arrivals = new ArrayList<>();
    private final AtomicLong lostOperations = new AtomicLong();
    private final Gauges gauges;
    private final Flow flow;
    private final Semaphore pause = new Semaphore(0);
    private volatile boolean closed;
    private volatile boolean hurried;
    private String state = "";
    private String configuration = "";
    private int maxFrameBytes = WireCodec.MAX_FRAME_BYTES;
    private int malformed;
    private boolean progress;

    /** What the collector may change while the agent runs. */
    interface Settings {
        /**
         * Applies all of it or nothing.
         *
         * @return why nothing was applied, one line each; empty if all was
         */
        List<String> apply(Map<String, String> options);
    }

    Transport(Door door, AgentLog log, Settings settings, Gauges gauges, Flow flow) {
        this.door = door;
        this.log = log;
        this.settings = settings;
        this.gauges = gauges;
        this.flow = flow;
    }

    /** Delivers this spool, too; a dead process's is deleted when all of it was acked. */
    void add(Spool spool) {
        synchronized (arrivals) {
            arrivals.add(spool);
        }
        wake();
    }

    /** Operations in frames that no collector took, since the last call. */
    long takeLostOperations() {
        return lostOperations.getAndSet(0);
    }

    /** Tries to connect at once instead of waiting for the next attempt. */
    void wake() {
        pause.release();
    }

    /** The process is about to end: attempts follow each other fast from now on. */
    void hurry() {
        hurried = true;
        wake();
    }

    @Override
    public void run() {
        letTheApplicationStart();
        long retryMillis = RETRY_MILLIS_MIN;
        while (!closed) {
            progress = false;
            long waitMillis;
            try (Connection connection = door.open()) {
                waitMillis = converse(connection);
            } catch (IOException | RuntimeException e) {
                say("collector " + door.address() + " cannot be reached (" + e.getMessage()
                        + "); frames wait in the spool; is it running, and are collector= and tls= right?");
                waitMillis = 0;
            }
            gauges.connected(false);
            flow.pace(0);
            flow.held(false);
            retryMillis = progress ? RETRY_MILLIS_MIN : Math.min(RETRY_MILLIS_MAX, 2 * retryMillis);
            long jittered = retryMillis / 2 + ThreadLocalRandom.current().nextLong(retryMillis / 2 + 1);
            sleep(hurried ? RETRY_MILLIS_MIN / 2 : Math.max(waitMillis, jittered));
        }
    }

    private void letTheApplicationStart() {
        long start = System.nanoTime();
        for (long left = TLS_AFTER_NANOS; door.isTls() && left > 0 && !closed && !hurried; ) {
            sleep(left / 1_000_000 + 1);
            left = TLS_AFTER_NANOS - (System.nanoTime() - start);
        }
    }

    /** Speaks until the connection ends; returns how long to stay away at least, in milliseconds. */
    private long converse(Connection connection) throws IOException {
        Message answer = firstAnswer(connection);
        if (answer instanceof Refusal) {
            return refused((Refusal) answer);
        }
        if (!(answer instanceof Welcome)) {
            throw new IOException("no welcome within " + WELCOME_MILLIS + " ms");
        }
        welcomed((Welcome) answer, connection);
        takeArrivals();
        for (Outbox outbox : outboxes) {
            outbox.rewind();
        }
        while (!closed) {
            takeArrivals();
            boolean waiting = false;
            boolean held = false;
            for (Outbox outbox : outboxes) {
                lostOperations.addAndGet(outbox.send(connection, maxFrameBytes));
                waiting |= !outbox.spool().isEmpty();
                held |= outbox.isHeld();
            }
            flow.held(held);
            Message message = connection.read(waiting ? BUSY_MILLIS : ANSWER_MILLIS);
            if (message instanceof Ack) {
                acked((Ack) message);
            } else if (message instanceof Welcome) {
                welcomed((Welcome) message, connection);
            } else if (message instanceof Configure) {
                configure(((Configure) message).version(), ((Configure) message).options(), connection);
            } else if (message instanceof Pace) {
                flow.pace(((Pace) message).intervalMillis());
            } else if (message instanceof Refusal) {
                return refused((Refusal) message);
            }
            forgetDelivered();
        }
        return 0;
    }

    private static @Nullable Message firstAnswer(Connection connection) throws IOException {
        long start = System.nanoTime();
        Message answer = null;
        // a read may bring a part of it
        for (long left = WELCOME_MILLIS; answer == null && left > 0; ) {
            answer = connection.read((int) left);
            left = WELCOME_MILLIS - (System.nanoTime() - start) / 1_000_000;
        }
        return answer;
    }

    private void welcomed(Welcome welcome, Connection connection) throws IOException {
        say("connected to the collector " + door.address());
        gauges.connected(true);
        progress = true;
        maxFrameBytes = welcome.maxFrameBytes() > 0 ? welcome.maxFrameBytes() : WireCodec.MAX_FRAME_BYTES;
        if (welcome.configVersion() != 0 || !welcome.config().isEmpty()) {
            configure(welcome.configVersion(), welcome.config(), connection);
        }
    }

    private void configure(long version, Map<String, String> options, Connection connection) throws IOException {
        List<String> problems = settings.apply(options);
        List<String> said = problems.size() > PROBLEMS_MAX ? problems.subList(0, PROBLEMS_MAX) : problems;
        String text = said.isEmpty()
                ? "configuration " + version + " of the collector applies: " + new TreeMap<>(options)
                : "configuration " + version + " of the collector is refused as a whole: " + String.join("; ", said);
        if (!text.equals(configuration)) {
            configuration = text;
            log.line(text);
        }
        connection.send(WireCodec.encode(new Configured(version, said)));
        connection.flush();
    }

    private void acked(Ack ack) {
        malformed = 0;
        for (Outbox outbox : outboxes) {
            if (outbox.spool().agentId().equals(ack.agentId())) {
                outbox.acked(ack.sequence());
            }
        }
    }

    private long refused(Refusal refusal) {
        say("collector " + door.address() + " refuses (" + refusal.kind() + "): " + refusal.message());
        switch (refusal.kind()) {
            case TOKEN:
            case VERSION:
                return REFUSED_MILLIS;
            case TOO_LARGE:
                for (Outbox outbox : outboxes) {
                    lostOperations.addAndGet(outbox.giveUpLargest());
                }
                return 0;
            case MALFORMED:
                if (++malformed >= MALFORMED_MAX) {
                    malformed = 0;
                    for (Outbox outbox : outboxes) {
                        lostOperations.addAndGet(outbox.giveUpOldest());
                    }
                }
                return RETRY_MILLIS_MAX;
            default:
                progress = false; // it welcomes and cannot keep frames: the next attempts are further and further apart
                return 0;
        }
    }

    private void takeArrivals() {
        synchronized (arrivals) {
            for (Spool spool : arrivals) {
                outboxes.add(new Outbox(spool));
            }
            arrivals.clear();
        }
    }

    /** The spool of a dead process goes when all of it was acked; the own one, which comes first, stays. */
    private void forgetDelivered() {
        for (Iterator<Outbox> all = outboxes.iterator(); all.hasNext(); ) {
            Spool spool = all.next().spool();
            if (spool.isOfDeadProcess() && spool.isEmpty()) {
                all.remove();
                try {
                    spool.close(true);
                    log.line("delivered what a process that ended had left: " + spool.place());
                } catch (IOException e) {
                    log.line("spool " + spool.place() + " was delivered, but cannot be deleted (" + e.getMessage()
                            + "); delete it by hand");
                }
            }
        }
    }

    private void say(String newState) {
        if (!newState.equals(state)) {
            state = newState;
            log.line(newState);
        }
    }

    private void sleep(long millis) {
        try {
            if (!closed && pause.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                pause.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    void close() {
        closed = true;
        wake();
    }
}
