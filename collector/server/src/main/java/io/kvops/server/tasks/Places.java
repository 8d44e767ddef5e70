package io.kvops.server.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.StoreAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which files and stores somebody may name who asks from afar, and with which passwords the collector enters those. Immutable.
 *
 * @param roots folders below which files may be; the first is where names without a folder are
 * @param known stores that the configuration names, with their passwords
 */
record Places(List<Path> roots, List<ProbeTarget> known) {
    /** Options of addresses that name files: keys and certificates, which the configuration says. */
    private static final List<String> FILES = List.of("ca", "cert", "key");

    /** Options of addresses that say how a connection is secured. */
    private static final Set<String> WAY = Set.of("ca", "cert", "key", "tls", "verify");

    /**
     * Looks at what an order names, and makes its files' names whole.
     *
     * @throws IllegalArgumentException says which is not allowed, and what is
     */
    void confine(ObjectNode order) {
        for (String field : OrderJson.places()) {
            JsonNode value = order.get(field);
            if (value != null && value.isTextual() && !value.textValue().isEmpty()) {
                String text = value.textValue();
                order.put(field, field.equals("report") ? file(field, text).toString() : address(field, text));
            }
        }
    }

    private String address(String field, String text) {
        StoreAddress address = StoreAddress.parse(text);
        if (address.password().isPresent()) {
            throw new IllegalArgumentException(field + ": " + address
                    + " comes with a password (expected none: tasks are kept in files; name the store and its password in"
                    + " the collector's configuration, stores.targets, and leave it out here)");
        }
        for (String option : FILES) {
            if (address.options().containsKey(option)) {
                throw new IllegalArgumentException(field + ": " + address.subject() + " comes with " + option
                        + " (expected in the collector's configuration, stores.targets)");
            }
        }
        if (!address.hosts().isEmpty()) {
            return text;
        }
        if (address.scheme().equals("mem")) {
            throw new IllegalArgumentException(
                    field + ": " + address + " is in the memory of the collector (expected a store or a file)");
        }
        return address.withPath(file(field, address.path()).toString()).toString();
    }

    /** A file's full name, if it is below a root, also where links lead. */
    private Path file(String field, String name) {
        Path asked = roots.get(0).resolve(name).normalize();
        Optional<Path> real = real(asked);
        for (Path root : roots) {
            if (real.isPresent() && real(root).map(real.get()::startsWith).orElse(false)) {
                return real.get();
            }
        }
        throw new IllegalArgumentException(field + ": " + asked + " (expected a file below "
                + String.join(" or ", roots.stream().map(Path::toString).toList())
                + "; what is allowed: tasks.roots in the collector's configuration)");
    }

    /** Where a file is or would be, with all links followed; empty if that can't be told. */
    private static Optional<Path> real(Path file) {
        Path there = file;
        while (there != null) {
            try {
                return Optional.of(
                        there.toRealPath().resolve(there.relativize(file)).normalize());
            } catch (IOException e) {
                if (java.nio.file.Files.isSymbolicLink(there)) {
                    return Optional.empty(); // leads nowhere yet: to write there would make what it names
                }
                there = there.getParent();
            }
        }
        return Optional.empty();
    }

    /**
     * The same address with the name, the password and the keys with which the configuration enters that store. Only hosts get a
     * password that it is for.
     */
    StoreAddress enter(StoreAddress address) {
        if (address.hosts().isEmpty() || address.password().isPresent()) {
            return address;
        }
        for (ProbeTarget target : known) {
            StoreAddress named = target.address();
            if (named.scheme().equals(address.scheme())
                    && named.hosts().containsAll(address.hosts())
                    && (address.user().isEmpty() || address.user().equals(named.user()))) {
                // its password goes the configuration's way: from afar that is not made weaker
                Map<String, String> options = new LinkedHashMap<>(address.options());
                options.keySet().removeAll(WAY);
                named.options().forEach((name, value) -> {
                    if (WAY.contains(name)) {
                        options.put(name, value);
                    }
                });
                return new StoreAddress(
                        address.scheme(), address.hosts(), named.user(), named.password(), address.path(), options);
            }
        }
        return address;
    }
}
