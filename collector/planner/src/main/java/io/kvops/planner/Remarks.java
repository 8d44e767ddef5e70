package io.kvops.planner;

import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.forecast.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is to be said of a store besides machines: limits that are far too large, and data that need not be there. */
final class Remarks {
    /** What never takes more of its limit is too large. */
    private static final double IDLE = 0.4;
    /** So full it may be where it is made smaller. */
    private static final double FULL = 0.75;

    /** Of what there is, in a day: less is not worth a word. */
    private static final double GROWS = 0.0005;

    private static final double MOST_EXPIRE = 0.5;
    private static final double KEYS_LEAST = 1_000;
    private static final double LARGE_BYTES = 2_048;
    private static final double NOTABLE = 0.3;
    private static final Duration DAY = Duration.ofDays(1);

    private Remarks() {}

    /** A limit of which little is used now and up to the horizon. */
    static List<String> overProvisioned(Outlook o, Timeline past) {
        // slow is what is too slow: nobody asks for a lower limit of it; and minutes say nothing of a day
        if (Double.isInfinite(o.limit())
                || o.resource().dimension() == Dimension.LATENCY
                || past.step().multipliedBy(past.values().length).compareTo(DAY) < 0) {
            return List.of();
        }
        double most = Math.max(
                Arrays.stream(o.forecast().upper()).max().orElse(0),
                Arrays.stream(past.values()).filter(Double::isFinite).max().orElse(0));
        if (most >= IDLE * o.limit()) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "over-provisioned: %s stays below %.0f %% of its limit to the horizon; a limit of %s would do",
                o.resource(),
                Math.ceil(100 * most / o.limit()),
                amount(o, most / FULL)));
    }

    /** Keys that never expire, and large values, where memory or storage grow. */
    static List<String> data(List<Outlook> whole, @Nullable KeyCount keys) {
        @Nullable
        Outlook grows = whole.stream()
                .filter(o -> bytes(o.resource().dimension()) && o.growthPerDay() > GROWS * o.current())
                .findFirst()
                .orElse(null);
        List<String> remarks = new ArrayList<>();
        if (grows == null || keys == null || keys.keys() < KEYS_LEAST) {
            return remarks;
        }
        double expiring = keys.expiring() / keys.keys();
        if (expiring < MOST_EXPIRE) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "change the data: %.0f %% of %.0f keys have a TTL, and %s grows by %s a day: give one to what may be"
                            + " forgotten",
                    Math.floor(100 * expiring),
                    keys.keys(),
                    grows.resource(),
                    amount(grows, grows.growthPerDay())));
        }
        double each = grows.current() / keys.keys();
        if (each >= LARGE_BYTES) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "change the data: a key takes %s on average: where values are text, compressing them in the client"
                            + " saves much of that",
                    amount(grows, each)));
        }
        return remarks;
    }

    /** Parts that make up much of the growth, where it is worth a word. */
    static List<String> growing(List<Plan.Grower> growing) {
        List<String> remarks = new ArrayList<>();
        for (Plan.Grower g : growing) {
            Outlook o = g.outlook();
            boolean bytes = bytes(o.resource().dimension());
            if (g.share() >= NOTABLE && (bytes ? o.growthPerDay() > GROWS * o.current() : surelyGrows(o))) {
                remarks.add(String.format(
                        Locale.ROOT,
                        "%s: %s makes up %.0f %% of the growth: %s, or split it off%s",
                        bytes ? "change the data" : "spread the work",
                        o.resource(),
                        100 * g.share(),
                        bytes ? "give it a TTL" : "cache it in its clients",
                        g.fullWithout() == null ? "" : "; without its growth full " + g.fullWithout()));
            }
        }
        return remarks;
    }

    /** Rates go up and down all the time: they grow where even the lower end of what is expected is more than now. */
    private static boolean surelyGrows(Outlook o) {
        int end = o.forecast().values().length - 1;
        double days = o.step().toMillis() * (end + 1.0) / DAY.toMillis();
        return o.forecast().lower()[end] > o.forecast().values()[end] - o.growthPerDay() * days;
    }

    static boolean bytes(Dimension d) {
        return d == Dimension.MEMORY || d == Dimension.STORAGE;
    }

    private static String amount(Outlook o, double value) {
        if (!bytes(o.resource().dimension())) {
            return String.format(Locale.ROOT, "%.0f", Math.ceil(value));
        }
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double scaled = value;
        while (scaled >= 1_024 && unit < units.length - 1) {
            scaled /= 1_024;
            unit++;
        }
        return String.format(Locale.ROOT, scaled < 100 ? "%.1f %s" : "%.0f %s", scaled, units[unit]);
    }

    /** How many keys there are, and how many of them expire by themselves. */
    record KeyCount(double keys, double expiring) {}
}
