package io.kvops.rules;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Runs rules against a recorded series: {@code timestamp,name,labels,value} a line, the time in seconds, milliseconds or ISO-8601, labels as
 * {@code kind=redis;subject=a} or empty, a value NaN where the series ends. Time is simulated, so a month takes moments. One thread.
 */
public final class RuleReplay {
    private static final int MAX_SAMPLES = 20_000_000;
    private static final int MAX_LINE = 10_000;
    private static final double SECONDS_UP_TO = 1e11;

    private record Sample(Instant at, String metric, Labels labels, double value) {}

    private RuleReplay() {}

    /**
     * Runs them, from the first sample to the last and as much longer as a value stays.
     *
     * @param name of the series in messages
     * @param predictor for predictive rules
     * @param events what happens to alerts, in order
     * @return how many samples there were
     * @throws RulesException REFUSED with the line of what is not as expected, UNREADABLE if reading fails
     */
    public static int run(RuleFile file, String name, Reader series, Predictor predictor, Consumer<AlertEvent> events)
            throws RulesException {
        List<Sample> all = read(name, series);
        if (all.isEmpty()) {
            throw refused(name + " holds no samples (expected lines of timestamp,name,labels,value)");
        }
        Duration lookback = Duration.ofMinutes(5);
        Samples samples = new Samples(lookback, 1_000_000);
        AtomicLong ignored = new AtomicLong();
        Evaluator evaluator = new Evaluator(samples, predictor, events, ignored, ignored, lookback);
        Instant begin = all.get(0).at();
        evaluator.use(file.rules(), begin);
        List<Instant> due = new ArrayList<>();
        file.rules().forEach(rule -> due.add(begin));
        Instant end = all.get(all.size() - 1).at().plus(lookback);
        int next = 0;
        for (Instant at = begin; !at.isAfter(end) && !due.isEmpty(); at = earliest(due)) {
            while (next < all.size() && !all.get(next).at().isAfter(at)) {
                Sample sample = all.get(next++);
                samples.add(sample.metric(), sample.labels(), sample.at(), sample.value());
            }
            for (int i = 0; i < due.size(); i++) {
                if (due.get(i).equals(at)) {
                    evaluator.evaluate(file.rules().get(i), at);
                    due.set(i, at.plus(file.rules().get(i).interval()));
                }
            }
        }
        return all.size();
    }

    private static Instant earliest(List<Instant> due) {
        return due.stream().min(Comparator.naturalOrder()).orElseThrow();
    }

    private static List<Sample> read(String name, Reader series) throws RulesException {
        List<Sample> all = new ArrayList<>();
        int line = 0;
        try (BufferedReader reader = new BufferedReader(series)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                line++;
                boolean header = line == 1 && text.startsWith("timestamp");
                if (text.isBlank() || text.startsWith("#") || header) {
                    continue;
                }
                if (all.size() >= MAX_SAMPLES || text.length() > MAX_LINE) {
                    throw new IllegalArgumentException("is too long (expected at most " + MAX_SAMPLES + " samples)");
                }
                all.add(sample(text));
            }
        } catch (IOException e) {
            throw new RulesException(RulesException.Kind.UNREADABLE, name + " can't be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new RulesException(RulesException.Kind.REFUSED, name + ":" + line + ": " + e.getMessage(), e);
        }
        all.sort(Comparator.comparing(Sample::at));
        return all;
    }

    private static Sample sample(String text) {
        int first = text.indexOf(',');
        int second = text.indexOf(',', first + 1);
        int last = text.lastIndexOf(',');
        if (first < 0 || second < 0 || last <= second) {
            throw new IllegalArgumentException("'" + text + "' (expected timestamp,name,labels,value)");
        }
        String labels = text.substring(second + 1, last).strip();
        if (labels.length() > 1 && labels.startsWith("\"") && labels.endsWith("\"")) {
            labels = labels.substring(1, labels.length() - 1);
        }
        List<String> pairs = new ArrayList<>();
        for (String pair : labels.split("[;,]", -1)) {
            int equals = pair.indexOf('=');
            if (!pair.isBlank() && equals < 1) {
                throw new IllegalArgumentException("'" + pair + "' (expected LABEL=VALUE;LABEL=VALUE)");
            }
            if (equals > 0) {
                pairs.add(pair.substring(0, equals).strip());
                pairs.add(pair.substring(equals + 1).strip());
            }
        }
        return new Sample(
                instant(text.substring(0, first).strip()),
                text.substring(first + 1, second).strip(),
                Labels.of(pairs.toArray(String[]::new)),
                number(text.substring(last + 1).strip()));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' (expected a number, or NaN)", e);
        }
    }

    private static Instant instant(String text) {
        try {
            double number = Double.parseDouble(text);
            return Instant.ofEpochMilli(Math.round(number < SECONDS_UP_TO ? number * 1_000 : number));
        } catch (NumberFormatException e) {
            return Instant.parse(text);
        }
    }

    private static RulesException refused(String why) {
        return new RulesException(RulesException.Kind.REFUSED, why);
    }
}
