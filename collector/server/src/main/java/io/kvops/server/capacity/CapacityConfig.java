package io.kvops.server.capacity;

import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.CatalogException;
import io.kvops.planner.advice.Layout;
import io.kvops.planner.forecast.BusinessCalendar;
import io.kvops.server.config.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far is looked ahead, and at which prices.
 *
 * @param prices shapes of machines and what they cost
 * @param horizon how far to look ahead where nobody says another, 1 h to 3650 d
 * @param leadTime from a decision to machines that work, 0 to 3650 d
 * @param replicas of each shard that advice counts with, 0 to 10
 * @param threads processors of a machine that serve operations, 1 to 1024
 * @param calendar days that are as Sundays
 * @param stores what is known of single stores, no two of a name
 */
public record CapacityConfig(
        Catalog prices,
        Duration horizon,
        Duration leadTime,
        int replicas,
        int threads,
        BusinessCalendar calendar,
        List<StoreCapacity> stores) {
    private static final String FILE = "instances.yaml";
    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final int HOLIDAYS_MAX = 1_000;

    /** With the sample prices that kvops comes with. */
    public static final CapacityConfig DEFAULTS = new CapacityConfig(
            shipped(),
            Duration.ofDays(30),
            AdvisorOptions.defaults().leadTime(),
            AdvisorOptions.defaults().replicas(),
            AdvisorOptions.defaults().threads(),
            new BusinessCalendar(Set.of(), ZoneId.of("UTC")),
            List.of());

    public CapacityConfig {
        stores = List.copyOf(stores);
        Set<String> names = new HashSet<>();
        for (StoreCapacity store : stores) {
            if (!names.add(store.store())) {
                throw new IllegalArgumentException("stores: " + store.store() + " twice (expected each store once)");
            }
        }
    }

    /** Reads the section {@code capacity}; what is not written is as in a base. */
    public static CapacityConfig read(Section capacity, CapacityConfig base) {
        Path usual = base.prices().equals(DEFAULTS.prices()) ? installed() : null;
        Catalog prices =
                capacity.file("prices", usual, "a file", CapacityConfig::parse).orElse(base.prices());
        Duration horizon = capacity.duration("horizon", base.horizon(), Duration.ofHours(1), LONGEST);
        Duration lead = capacity.duration("leadTime", base.leadTime(), Duration.ZERO, LONGEST);
        int replicas = capacity.integer("replicas", base.replicas(), 0, 10);
        int threads = capacity.integer("threads", base.threads(), 1, 1_024);
        BusinessCalendar calendar = calendar(capacity, base.calendar());
        List<StoreCapacity> stores = capacity.list(
                "stores", store -> StoreCapacity.read(store, today -> Layout.parse(today, prices, replicas)));
        return capacity.checked(
                () -> new CapacityConfig(
                        prices, horizon, lead, replicas, threads, calendar, stores.isEmpty() ? base.stores() : stores),
                base);
    }

    private static BusinessCalendar calendar(Section capacity, BusinessCalendar base) {
        List<String> usual =
                base.holidays().stream().sorted().map(LocalDate::toString).toList();
        List<String> written = capacity.texts("holidays", usual);
        Set<LocalDate> days = new LinkedHashSet<>();
        for (String day : written) {
            try {
                days.add(LocalDate.parse(day.strip()));
            } catch (DateTimeException e) {
                capacity.problem("holidays", day + " (expected days such as 2026-12-25)");
            }
        }
        if (written.size() > HOLIDAYS_MAX) {
            capacity.problem("holidays", written.size() + " days (expected at most " + HOLIDAYS_MAX + ")");
        }
        String zone = capacity.text("zone", base.zone().getId(), "UTC, or a zone such as Europe/Berlin");
        try {
            return new BusinessCalendar(days, ZoneId.of(zone));
        } catch (DateTimeException e) {
            capacity.problem("zone", zone + " (expected UTC, or a zone such as Europe/Berlin)");
            return base;
        }
    }

    private static Catalog parse(String name, String text) {
        try {
            return Catalog.parse(text, name);
        } catch (CatalogException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Catalog shipped() {
        try (InputStream in = CapacityConfig.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException(FILE + " is not in this program");
            }
            return parse(FILE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where kvops is installed, its prices may be edited in place. */
    private static @Nullable Path installed() {
        String home = System.getProperty("kvops.home");
        Path file = home == null ? null : Path.of(home, "config", FILE).toAbsolutePath();
        return file != null && Files.exists(file) ? file : null;
    }

    /** How advice is found where nobody says otherwise. */
    public AdvisorOptions advisor() {
        return AdvisorOptions.defaults().replicas(replicas).threads(threads).leadTime(leadTime);
    }

    /** Limits of a store's metrics, which win over those that it says itself. */
    Map<String, Double> limits(String store) {
        return of(store).map(StoreCapacity::limits).orElse(Map.of());
    }

    /** What a store runs on; null: not known. */
    @Nullable
    String today(String store) {
        return of(store).map(StoreCapacity::today).filter(t -> !t.isEmpty()).orElse(null);
    }

    private Optional<StoreCapacity> of(String store) {
        return stores.stream().filter(s -> s.store().equals(store)).findFirst();
    }

    /** In short. */
    @Override
    public String toString() {
        return prices.shapes().size() + " shapes, " + horizon + " ahead, " + stores.size() + " stores";
    }
}
