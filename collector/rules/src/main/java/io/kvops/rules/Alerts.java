package io.kvops.rules;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rules at work: takes samples, evaluates, and tells. Any thread may call; {@link #add} waits for no evaluation of long. {@link #start}
 * evaluates on a thread of its own; without it, {@link #evaluate} does what is due by the clock.
 */
public final class Alerts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration SAVE_EVERY = Duration.ofMinutes(1);
    private static final Duration SHORTEST_TRIES = Duration.ofMinutes(1);
    private static final int MAX_SILENCES = 1_000;
    private static final Evaluation NEVER = new Evaluation(null, 0, 0, "");

    private final AlertsOptions options;
    private final Samples samples;
    private final Evaluator evaluator;
    private final Dispatcher dispatcher;
    private final Map<String, Delivery> deliveries = new LinkedHashMap<>();
    private final Map<String, Instant> due = new HashMap<>();
    private final Map<String, Evaluation> last = new HashMap<>();
    private final AtomicLong evaluations = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kvops-rules");
    private Instant savedAt = Instant.MIN;
    private String problem = "";

    /** What became of the last evaluation of a rule; at null: there was none. */
    private record Evaluation(@Nullable Instant at, long nanos, int series, String problem) {}

    private Alerts(RuleFile file, AlertsOptions options) {
        this.options = options;
        this.samples = new Samples(options.lookback(), options.maxSeries());
        this.evaluator =
                new Evaluator(samples, options.predictor(), this::happened, failures, refused, options.lookback());
        this.dispatcher = new Dispatcher(file, this::send, refused);
        thread.setDaemon(true);
    }

    /** With what was kept; a state that can't be read is left, counted, and said in {@link #stats}. */
    public static Alerts open(RuleFile file, AlertsOptions options) {
        Alerts made = new Alerts(file, options);
        Instant now = options.clock().instant();
        synchronized (made) {
            made.evaluator.use(file.rules(), now);
            made.receivers(file);
            try {
                Optional<String> kept = options.state().load();
                if (kept.isPresent()) {
                    StateJson.read(kept.get(), file, made.evaluator, made.dispatcher, now);
                }
            } catch (IOException e) {
                made.failed("the alerts' state: " + e.getMessage());
            }
        }
        return made;
    }

    /** Begins to evaluate, on a thread of its own. Once. */
    public void start() {
        thread.start();
    }

    /** Takes one value of one series; NaN: the series ends here. See {@link Samples#add}. */
    public void add(String metric, Labels labels, Instant at, double value) {
        samples.add(metric, labels, at, value);
    }

    /** All series with these labels, and those with more, end: what they tell of does not answer. */
    public void end(Labels labels, Instant at) {
        samples.end(List.of(labels), at);
    }

    /** The same for many at once, which costs one look at all series. */
    public void end(Collection<Labels> labels, Instant at) {
        samples.end(labels, at);
    }

    /** Evaluates what is due by the clock, and tells whom it is time to tell. */
    public synchronized void evaluate() {
        Instant now = options.clock().instant();
        boolean any = false;
        for (Rule rule : evaluator.rules()) {
            Instant next = due.getOrDefault(rule.name(), now);
            if (next.isAfter(now)) {
                continue;
            }
            evaluate(rule, now);
            any = true;
            Instant after = next.plus(rule.interval());
            while (!after.isAfter(now)) {
                after = after.plus(rule.interval());
                skipped.incrementAndGet();
            }
            due.put(rule.name(), after);
        }
        List<Alert> all = StateJson.alerts(evaluator);
        if (any) {
            dispatcher.take(all, now);
            samples.forget(now);
        }
        dispatcher.flush(all, now);
        boolean old = !all.isEmpty() && savedAt.isBefore(now.minus(SAVE_EVERY));
        if (evaluator.takeChanged() || old) {
            save(now);
        }
    }

    /** One rule that can't be evaluated is not the end of the others. */
    private void evaluate(Rule rule, Instant now) {
        long began = options.nanos().getAsLong();
        int series = 0;
        String why = "";
        try {
            series = evaluator.evaluate(rule, now);
        } catch (RuntimeException e) {
            failures.incrementAndGet();
            why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            why = e.getClass().getSimpleName() + ": " + why;
        }
        evaluations.incrementAndGet();
        last.put(rule.name(), new Evaluation(now, options.nanos().getAsLong() - began, series, why));
    }

    /**
     * Other rules from now on, as a whole. Alerts of rules that keep their names go on, receivers that stay as they are as well.
     * To read a file that is wrong throws before anything changes: {@code use(RuleFile.load(path))}.
     */
    public synchronized void use(RuleFile file) {
        Instant now = options.clock().instant();
        evaluator.use(file.rules(), now);
        due.keySet().retainAll(file.names());
        last.keySet().retainAll(file.names());
        receivers(file);
        dispatcher.use(file);
        dispatcher.take(StateJson.alerts(evaluator), now);
        save(now);
    }

    /** As {@link #use}, of a file. */
    public void load(Path file) throws RulesException {
        use(RuleFile.load(file));
    }

    private void receivers(RuleFile file) {
        Map<String, Delivery> before = new HashMap<>(deliveries);
        deliveries.clear();
        for (NotifierSettings settings : file.receivers()) {
            Delivery there = before.get(settings.name());
            if (there != null && there.settings().equals(settings)) {
                before.remove(settings.name());
            } else {
                there = new Delivery(settings, options.nanos(), options.firstPause());
                there.start();
            }
            deliveries.put(settings.name(), there);
        }
        before.values().forEach(Delivery::close);
    }

    private void send(Group group, Notification notification) {
        Delivery delivery = deliveries.get(group.receiver);
        if (delivery == null) {
            group.inFlight = false;
            return;
        }
        Duration interval = group.route.groupInterval();
        Duration tries = interval.compareTo(SHORTEST_TRIES) < 0 ? SHORTEST_TRIES : interval;
        delivery.send(notification, tries, why -> done(group, notification, why));
    }

    private synchronized void done(Group group, Notification notification, String why) {
        if (why.isEmpty()) {
            dispatcher.told(group, notification);
        } else {
            group.inFlight = false;
        }
        String details = notification.receiver() + (why.isEmpty() ? "" : ": " + why);
        for (Alert alert : notification.firing()) {
            happened(new AlertEvent(
                    options.clock().instant(), alert, alert.state(), why.isEmpty() ? "told" : "not told", details));
        }
        save(options.clock().instant());
    }

    private void happened(AlertEvent event) {
        try {
            options.history().add(event);
        } catch (RuntimeException e) {
            failures.incrementAndGet();
        }
    }

    private void save(Instant now) {
        savedAt = now;
        try {
            options.state().save(StateJson.write(evaluator, dispatcher, now));
            problem = "";
        } catch (IOException | RuntimeException e) {
            failed("the alerts' state can't be kept: " + e.getMessage());
        }
    }

    private void failed(String what) {
        failures.incrementAndGet();
        if (problem.isEmpty()) {
            LOG.warn("{}", what);
        }
        problem = what;
    }

    /** Pending and firing alerts, and those that fired in the last quarter of an hour. */
    public synchronized List<Alert> alerts() {
        return StateJson.alerts(evaluator);
    }

    /** How each rule does, in the order of the file. */
    public synchronized List<RuleStatus> rules() {
        List<RuleStatus> found = new ArrayList<>();
        for (Rule rule : evaluator.rules()) {
            int pending = 0;
            int firing = 0;
            for (Active active : evaluator.of(rule)) {
                pending += active.state == Alert.State.PENDING ? 1 : 0;
                firing += active.state == Alert.State.FIRING ? 1 : 0;
            }
            Evaluation was = last.getOrDefault(rule.name(), NEVER);
            found.add(new RuleStatus(
                    rule.name(),
                    rule.group(),
                    rule.level(),
                    rule.expression().toString(),
                    rule.interval(),
                    rule.holdFor(),
                    was.at(),
                    was.nanos(),
                    was.series(),
                    pending,
                    firing,
                    was.problem()));
        }
        return found;
    }

    /** Why an alert is not told now: {@code silence ID}, {@code family}, {@code inhibited by NAME}; empty if it is. */
    public String mutedBy(Alert alert) {
        return mutedBy(List.of(alert)).get(0);
    }

    /** The same of several, in their order. */
    public synchronized List<String> mutedBy(List<Alert> alerts) {
        List<Alert> firing = new ArrayList<>();
        Map<String, Level> highest = new HashMap<>();
        for (Alert one : StateJson.alerts(evaluator)) {
            if (one.state() == Alert.State.FIRING) {
                firing.add(one);
                highest.merge(Dispatcher.family(one), one.level(), (a, b) -> a.compareTo(b) < 0 ? b : a);
            }
        }
        Instant now = options.clock().instant();
        return alerts.stream()
                .map(alert -> dispatcher.mutedBy(alert, firing, highest, now))
                .toList();
    }

    /**
     * Silences what matches.
     *
     * @return with its id
     * @throws RulesException of kind FULL if there are 1 000 already
     */
    public synchronized Silence silence(
            Collection<Matcher> matchers, Instant begins, Instant ends, String author, String comment)
            throws RulesException {
        if (dispatcher.silences().size() >= MAX_SILENCES) {
            throw new RulesException(
                    RulesException.Kind.FULL,
                    MAX_SILENCES + " silences are kept already; end some, they go after 5 days");
        }
        String id = UUID.randomUUID().toString();
        Silence made = new Silence(id, List.copyOf(matchers), begins, ends, author, comment);
        dispatcher.silences().put(id, made);
        save(options.clock().instant());
        return made;
    }

    /** Ends a silence now; false if there is none that goes on. It is kept for 5 days more. */
    public synchronized boolean endSilence(String id) {
        Instant now = options.clock().instant();
        Silence there = dispatcher.silences().get(id);
        if (there == null || !there.ends().isAfter(now)) {
            return false;
        }
        if (there.begins().isBefore(now)) {
            dispatcher
                    .silences()
                    .put(id, new Silence(id, there.matchers(), there.begins(), now, there.author(), there.comment()));
        } else {
            dispatcher.silences().remove(id);
        }
        save(now);
        return true;
    }

    /** All that are kept: those to come, those that go on, and those that ended in the last 5 days. */
    public synchronized List<Silence> silences() {
        return List.copyOf(dispatcher.silences().values());
    }

    /**
     * Sends a test message to a receiver, once.
     *
     * @return when it is done, an empty text, or why it did not arrive
     * @throws RulesException of kind REFUSED if there is no such receiver
     */
    public synchronized CompletableFuture<String> test(String receiver) throws RulesException {
        Delivery delivery = deliveries.get(receiver);
        if (delivery == null) {
            throw new RulesException(
                    RulesException.Kind.REFUSED,
                    "receiver '" + receiver + "' (expected one of " + String.join(", ", deliveries.keySet()) + ")");
        }
        CompletableFuture<String> result = new CompletableFuture<>();
        delivery.test(Notification.test(receiver, options.clock().instant()), result::complete);
        return result;
    }

    /** Whether no message is on its way. */
    synchronized boolean isIdle() {
        return dispatcher.groups().stream().noneMatch(group -> group.inFlight);
    }

    /** How it does. */
    public synchronized AlertsStats stats() {
        List<ReceiverStats> receivers = new ArrayList<>();
        deliveries.values().forEach(delivery -> receivers.add(delivery.stats()));
        return new AlertsStats(
                evaluator.rules().size(),
                samples.size(),
                samples.dropped(),
                evaluations.get(),
                skipped.get(),
                refused.get(),
                failures.get(),
                problem,
                receivers);
    }

    private void run() {
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    evaluate();
                } catch (RuntimeException e) {
                    synchronized (this) {
                        failed("an evaluation of the rules failed: " + e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the state. What was not told yet is told after the next start. Idempotent. */
    @Override
    public void close() {
        if (closed.getCount() == 0) {
            return;
        }
        closed.countDown();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            deliveries.values().forEach(Delivery::close);
            save(options.clock().instant());
        }
    }
}
