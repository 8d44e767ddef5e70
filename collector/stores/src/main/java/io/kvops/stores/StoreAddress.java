package io.kvops.stores;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a store is, and as whom to enter. Parsed from text, as {@code redis://user:password@host:6379/0},
 * {@code rediss://}, {@code redis-cluster://h1:p1,h2:p2}, {@code redis-sentinel://h1:p1/master}, {@code
 * rocksdb:/path?cf=name}, {@code lmdb:/path}, {@code etcd://host:2379/prefix}, {@code memcached://host:11211}, {@code
 * mvstore:/file}, {@code rdb:/file}, {@code mem:name}, {@code host:/folder,/folder}, {@code http://host:9100/metrics}, or
 * the name of a file. A password may be {@code file:PATH} or {@code env:NAME}; other special characters in it are
 * percent-encoded, and a question mark in a path is {@code %3F}. Any other scheme is for a probe of the user's own. Immutable.
 *
 * @param scheme lower case, as {@code rediss}; {@code file} for a file by its name
 * @param hosts in the given order; empty for a file, a folder or a name
 * @param user empty if none is given
 * @param password absent if none is given
 * @param path the database's number, the prefix, the master's name, the file; without a leading slash behind hosts
 *     (but for http, where it has its slash and its query); empty if none is given
 * @param options what follows the question mark; sorted by name
 */
public record StoreAddress(
        String scheme,
        List<HostPort> hosts,
        String user,
        Optional<Secret> password,
        String path,
        Map<String, String> options) {

    /** Options that say how to connect, and not to what: they are not in {@link #subject}. */
    private static final List<String> CONNECTING = List.of("ca", "cert", "key", "verify", "tls");

    public StoreAddress {
        Objects.requireNonNull(scheme, "scheme");
        hosts = List.copyOf(hosts);
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(path, "path");
        options = java.util.Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException says what is wrong and what is expected, never with the password in it
     */
    public static StoreAddress parse(String text) {
        return AddressParser.parse(text);
    }

    /** The same with other credentials, for a configuration that keeps them apart. */
    public StoreAddress withCredentials(String newUser, Secret newPassword) {
        return new StoreAddress(scheme, hosts, newUser, Optional.of(newPassword), path, options);
    }

    /** The same with another path. */
    public StoreAddress withPath(String newPath) {
        return new StoreAddress(scheme, hosts, user, password, newPath, options);
    }

    /** The kind of store: {@code redis} for all its schemes, {@code prometheus} for http, else the scheme. */
    public String kind() {
        return switch (scheme) {
            case "redis", "rediss", "redis-cluster", "redis-sentinel" -> "redis";
            case "http", "https" -> "prometheus";
            default -> scheme;
        };
    }

    /** Whether the connection is encrypted: by the scheme, or by the option {@code tls=true}. */
    public boolean tls() {
        return scheme.equals("rediss") || scheme.equals("https") || Boolean.parseBoolean(options.get("tls"));
    }

    /** The only host, or the first of several. */
    public HostPort host() {
        if (hosts.isEmpty()) {
            throw new IllegalStateException(this + " has no host");
        }
        return hosts.get(0);
    }

    /** What the store is called in measurements and events: the address without credentials and ways to connect. */
    public String subject() {
        return text(options.entrySet().stream()
                .filter(o -> !CONNECTING.contains(o.getKey()))
                .map(o -> o.getKey() + "=" + o.getValue())
                .collect(Collectors.joining("&")));
    }

    /** The address without user and password. */
    @Override
    public String toString() {
        return text(options.entrySet().stream()
                .map(o -> o.getKey() + "=" + o.getValue())
                .collect(Collectors.joining("&")));
    }

    private String text(String query) {
        StringBuilder text = new StringBuilder();
        if (!scheme.equals("file")) {
            text.append(scheme).append(':');
        }
        if (!hosts.isEmpty()) {
            text.append("//").append(hosts.stream().map(HostPort::toString).collect(Collectors.joining(",")));
            boolean named = !path.isEmpty() && !path.startsWith("/");
            text.append(named ? "/" : "");
        }
        boolean written = scheme.equals("file") || kind().equals("prometheus");
        text.append(written ? path : AddressParser.escaped(path));
        if (!query.isEmpty()) {
            text.append(kind().equals("prometheus") ? '#' : '?').append(query);
        }
        return text.toString();
    }

    /**
     * A host and a port.
     *
     * @param host a name or an address, an IPv6 one without brackets
     * @param port 1 to 65535; 0 where a probe of the user's own takes none
     */
    public record HostPort(String host, int port) {
        public HostPort {
            Objects.requireNonNull(host, "host");
        }

        @Override
        public String toString() {
            String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return port == 0 ? name : name + ":" + port;
        }
    }
}
