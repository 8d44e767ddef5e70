package io.kvops.server;

import io.kvops.server.config.Section;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.Secret;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads which stores are measured. */
final class StoresSection {
    private static final Pattern PASSWORD = Pattern.compile("//[^/@]*:([^/@]+)@");

    private StoresSection() {}

    static ProberConfig read(Section stores, ProberConfig d) {
        Duration interval =
                stores.duration("interval", ProbeTarget.INTERVAL, Duration.ofMillis(100), Duration.ofDays(1));
        Duration timeout =
                stores.duration("timeout", ProbeTarget.TIMEOUT, Duration.ofMillis(10), Duration.ofMinutes(1));
        int threads = stores.integer("maxThreads", d.maxThreads(), 1, 256);
        Duration backOff = stores.duration("maxBackOff", d.maxBackOff(), Duration.ofMillis(100), Duration.ofHours(1));
        boolean keys = stores.flag("keys", d.keys());
        List<ProbeTarget> targets;
        try (Stores known = Stores.load()) {
            targets = stores.list("targets", target -> target(target, known, interval, timeout));
        }
        return stores.checked(
                () -> new ProberConfig(targets.isEmpty() ? d.targets() : targets, threads, backOff, keys), d);
    }

    private static ProbeTarget target(Section target, Stores known, Duration usualInterval, Duration usualTimeout) {
        String text = target.text("address", "", "an address such as redis://127.0.0.1:6379");
        String name = target.text("name", "");
        String password = target.secret("password", "");
        Duration interval = target.duration("interval", usualInterval, Duration.ofMillis(100), Duration.ofDays(1));
        Duration timeout = target.duration(
                "timeout",
                usualTimeout.compareTo(interval) > 0 ? interval : usualTimeout,
                Duration.ofMillis(10),
                Duration.ofMinutes(1));
        Map<String, String> labels = target.textsByName("labels");
        Matcher written = PASSWORD.matcher(text);
        if (written.find() && !written.group(1).matches("(file|env):.*")) {
            // what is shown of a configuration shows addresses
            throw new IllegalArgumentException(
                    "address: (hidden) (expected no password in it; write it under password: as file:PATH or env:NAME)");
        }
        StoreAddress address;
        try {
            address = StoreAddress.parse(text);
            known.check(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "address: " + String.valueOf(e.getMessage()).replaceFirst("^address:? ", ""), e);
        }
        return new ProbeTarget(
                password.isEmpty() ? address : address.withCredentials(address.user(), Secret.of(password)),
                name,
                interval,
                timeout,
                labels);
    }
}
