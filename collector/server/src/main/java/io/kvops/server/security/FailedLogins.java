package io.kvops.server.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often each address may show a wrong token: {@link #BURST} times at once, and once every {@link #REFILL_SECONDS}
 * seconds in the long run; past that it is not told whether one is right, until a try is left again. A token that was right
 * from an address before stays right there, so that who tries from beside others locks them not out. Thread-safe; remembers
 * {@link #MAX_ADDRESSES} addresses and as many tokens.
 */
public final class FailedLogins {
    static final int BURST = 20;
    static final int REFILL_SECONDS = 3;
    static final int MAX_ADDRESSES = 10_000;
    private static final long REFILL_NANOS = REFILL_SECONDS * 1_000_000_000L;

    private final LongSupplier nanoTicker;
    private final Map<String, Tries> byAddress;
    private final Map<String, Boolean> seenRight;
    private long failures;

    private static final class Tries {
        double left = BURST;
        long atNanos;
    }

    public FailedLogins(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
        this.byAddress = bounded();
        this.seenRight = bounded();
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MAX_ADDRESSES;
            }
        };
    }

    /** Notes that the token of somebody was right. */
    public synchronized void succeeded(String address, String name) {
        seenRight.put(network(address) + " " + name, Boolean.TRUE);
    }

    /** True if the token of somebody, which is right now, may be told to be so. */
    public synchronized boolean mayTry(String address, String name) {
        return mayTry(address) || seenRight.get(network(address) + " " + name) != null;
    }

    /** True if a token from there may be told to be right or wrong. */
    public synchronized boolean mayTry(String address) {
        Tries tries = byAddress.get(network(address));
        return tries == null || refilled(tries) >= 1;
    }

    /** Counts a wrong one. */
    public synchronized void failed(String address) {
        failures++;
        Tries tries = byAddress.computeIfAbsent(network(address), a -> {
            Tries all = new Tries();
            all.atNanos = nanoTicker.getAsLong();
            return all;
        });
        tries.left = Math.max(0, refilled(tries) - 1);
    }

    /** Wrong tokens since the start. */
    public synchronized long failures() {
        return failures;
    }

    private double refilled(Tries tries) {
        long now = nanoTicker.getAsLong();
        tries.left = Math.min(BURST, tries.left + (double) (now - tries.atNanos) / REFILL_NANOS);
        tries.atNanos = now;
        return tries.left;
    }

    /** Who has one IPv6 address has its /64 network. */
    static String network(String address) {
        if (!address.contains(":") || address.startsWith("::")) {
            return address;
        }
        String[] groups = address.split(":", 5);
        return groups.length < 5 ? address : groups[0] + ":" + groups[1] + ":" + groups[2] + ":" + groups[3] + "::/64";
    }
}
