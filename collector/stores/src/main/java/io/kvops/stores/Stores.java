package io.kvops.stores;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;

/**
 * The kinds of stores that are known here, and one look at one store: what it is, what it measures. Any thread.
 */
public final class Stores implements AutoCloseable {
    private final List<StoreProbe> probes;
    private final Map<String, StoreProbe> byScheme = new HashMap<>();

    private Stores(List<StoreProbe> probes) {
        this.probes = probes;
        for (StoreProbe probe : probes) {
            for (String scheme : probe.schemes()) {
                StoreProbe other = byScheme.putIfAbsent(scheme, probe);
                if (other != null) {
                    throw new IllegalArgumentException("scheme " + scheme + ": served by "
                            + other.getClass().getName() + " and "
                            + probe.getClass().getName() + " (expected one; remove one of the jars)");
                }
            }
        }
    }

    /** All probes that the class path has. */
    public static Stores load() {
        List<StoreProbe> found = new ArrayList<>();
        ServiceLoader.load(StoreProbe.class, Stores.class.getClassLoader()).forEach(found::add);
        return new Stores(found);
    }

    /** These probes alone; {@link #close} closes them. */
    public static Stores of(List<StoreProbe> probes) {
        return new Stores(List.copyOf(probes));
    }

    /**
     * The probe for an address.
     *
     * @throws IllegalArgumentException if there is none: names the schemes there are
     */
    StoreProbe probe(StoreAddress address) {
        StoreProbe probe = byScheme.get(address.scheme());
        if (probe == null) {
            String why = switch (address.scheme()) {
                case "rocksdb" -> "a RocksDB is measured by the agent inside its process";
                default -> "expected one of " + String.join(", ", new TreeSet<>(byScheme.keySet()));
            };
            throw new IllegalArgumentException("address " + address + ": can't be measured (" + why + ")");
        }
        return probe;
    }

    /**
     * Looks whether such an address can be measured here, without connecting.
     *
     * @throws IllegalArgumentException if it can't: names the schemes there are
     */
    public void check(StoreAddress address) {
        probe(address);
    }

    /**
     * A connection. The caller closes it.
     *
     * @throws StoreException if it can't be had
     * @throws IllegalArgumentException if the address makes no sense
     */
    public StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException {
        return probe(address).open(address, context);
    }

    /** What a store is. */
    public StoreDescription describe(StoreAddress address, Duration timeout, Clock clock) throws StoreException {
        try (StoreConnection connection = open(address, context(timeout, clock))) {
            return connection.describe();
        }
    }

    /**
     * Measures once. It tells no events that need an earlier look, as slow operations and changes of state.
     *
     * @throws StoreException if it can't be measured at all
     */
    public Measurement measure(StoreAddress address, Duration timeout, Clock clock) throws StoreException {
        Instant at = clock.instant();
        try (StoreConnection connection = open(address, context(timeout, clock))) {
            Reading reading = new Reading();
            connection.measure(reading);
            String problem = reading.problem();
            String subject = probe(address).subject(address);
            return new Measurement(
                    at,
                    address.kind(),
                    subject,
                    subject,
                    problem.isEmpty() ? Measurement.State.UP : Measurement.State.DEGRADED,
                    reading.values(),
                    reading.events(),
                    problem,
                    Map.of());
        }
    }

    private static ProbeContext context(Duration timeout, Clock clock) {
        return new ProbeContext(timeout, clock, System::nanoTime, true);
    }

    @Override
    public void close() {
        RuntimeException first = null;
        for (StoreProbe probe : probes) {
            try {
                probe.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
