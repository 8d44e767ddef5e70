package io.kvops.server.capacity;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a store is called that agents know by its kind and endpoint: as its probe calls it, so that both are one store. */
final class StoreNames {
    /** A host, a port, and a database, which is not a store of its own: memory and processor are shared. */
    private static final Pattern NETWORK = Pattern.compile("(?:[a-z]+://)?(.*:\\d{1,5})(?:/\\d*)?");

    private StoreNames() {}

    /**
     * The name of an endpoint.
     *
     * @param endpoint host:port, host:port/db, or a path
     * @param probed names of stores that probes measure: one of the same kind, host and port is taken, whatever its scheme
     * @param asked a name that is taken as one of them; empty: none
     */
    static String of(String kind, String endpoint, Set<String> probed, String asked) {
        Matcher network = NETWORK.matcher(endpoint);
        if (!network.matches()) {
            String named = endpoint.isEmpty() ? kind : kind + ":" + endpoint;
            // gauges from inside of a process have the path alone
            return probed.contains(endpoint) && !probed.contains(named) ? endpoint : named;
        }
        String address = "://" + network.group(1);
        return Stream.concat(probed.stream(), Stream.of(asked))
                .filter(name -> name.startsWith(kind) && name.endsWith(address))
                .sorted()
                .findFirst()
                .orElse(kind + address);
    }
}
