package io.kvops.stores;

import io.kvops.stores.StoreAddress.HostPort;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@link StoreAddress}es. Its errors quote an address only once credentials are cut off. */
final class AddressParser {
    private static final int MAX_CHARS = 4_096;
    private static final int MAX_HOSTS = 100;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DATABASE = 1_000_000;
    /** Two letters at least: C:\file is a file. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);

    private static final Pattern ESCAPE = Pattern.compile("%(25|3[Ff])");

    /** Schemes with hosts, and their ports. */
    private static final Map<String, Integer> PORTS = Map.of(
            "redis", 6379,
            "rediss", 6379,
            "redis-cluster", 6379,
            "redis-sentinel", 26379,
            "etcd", 2379,
            "memcached", 11211,
            "http", 80,
            "https", 443);

    private static final List<String> FILES = List.of("rocksdb", "lmdb", "mvstore", "rdb");
    private static final List<String> SEVERAL = List.of("redis-cluster", "redis-sentinel");
    private static final List<String> SECRET_OPTIONS = List.of("password", "pass", "token", "secret");

    private final String scheme;
    private final List<HostPort> hosts = new ArrayList<>();
    private final Map<String, String> options = new LinkedHashMap<>();
    private String user = "";
    private Optional<Secret> password = Optional.empty();
    private String path = "";
    /** What may be quoted. */
    private String shown;

    private AddressParser(String scheme, String shown) {
        this.scheme = scheme;
        this.shown = shown;
    }

    static StoreAddress parse(String text) {
        String address = text.strip();
        if (address.isEmpty() || address.length() > MAX_CHARS) {
            throw new IllegalArgumentException(
                    "address: " + address.length() + " characters (expected 1 to " + MAX_CHARS + ")");
        }
        if (address.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("address: holds a control character (expected none)");
        }
        Matcher matcher = SCHEME.matcher(address);
        if (!matcher.matches()) {
            AddressParser file = new AddressParser("file", address);
            file.path = address;
            return file.done();
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        AddressParser parser = new AddressParser(scheme, scheme + ":");
        String rest = matcher.group(2);
        if (PORTS.containsKey(scheme) && !rest.startsWith("//")) {
            throw parser.wrong("expected " + scheme + "://host:port");
        }
        if (rest.startsWith("//") && !FILES.contains(scheme)) {
            parser.withHosts(rest.substring(2));
        } else {
            parser.withPath(rest);
        }
        return parser.done();
    }

    private StoreAddress done() {
        return new StoreAddress(scheme, hosts, user, password, path, options);
    }

    private void withPath(String rest) {
        shown = scheme + ":" + rest;
        int question = rest.lastIndexOf('?');
        path = unescaped(question < 0 ? rest : rest.substring(0, question));
        if (question >= 0) {
            options(rest.substring(question + 1));
        }
        if (path.isEmpty() && !scheme.equals("host")) {
            throw wrong("expected " + scheme + (FILES.contains(scheme) ? ":/path" : ":name"));
        }
    }

    private void withHosts(String rest) {
        String place = credentials(rest);
        shown = scheme + "://" + place;
        boolean url = scheme.equals("http") || scheme.equals("https");
        int mark = place.indexOf(url ? '#' : '?');
        if (mark >= 0) {
            options(place.substring(mark + 1));
            place = place.substring(0, mark);
        }
        int slash = place.indexOf('/');
        String authority = slash < 0 ? place : place.substring(0, slash);
        path = slash < 0 ? "" : url ? place.substring(slash) : unescaped(place.substring(slash + 1));
        String[] names = authority.split(",", -1);
        if (names.length > (SEVERAL.contains(scheme) ? MAX_HOSTS : 1)) {
            throw wrong(names.length + " hosts, expected at most " + (SEVERAL.contains(scheme) ? MAX_HOSTS : 1));
        }
        for (String name : names) {
            hosts.add(host(name));
        }
        checkPath();
    }

    private void checkPath() {
        if (scheme.equals("redis-sentinel") && path.isEmpty()) {
            throw wrong("expected redis-sentinel://host:port/master");
        }
        boolean numbered = scheme.equals("redis") || scheme.equals("rediss");
        if (numbered && !path.isEmpty() && !(path.matches("\\d{1,7}") && Integer.parseInt(path) <= MAX_DATABASE)) {
            throw wrong("database " + path + ", expected a number from 0");
        }
        if (numbered && path.matches("0+")) {
            path = "";
        }
        if ((scheme.equals("memcached") || scheme.equals("redis-cluster")) && !path.isEmpty()) {
            throw wrong("expected nothing behind the hosts");
        }
    }

    /** Takes them off. They end at the last @ before the first slash, or, behind file:, at the first @. */
    private String credentials(String rest) {
        int slash = rest.indexOf('/');
        int end = rest.lastIndexOf('@', slash < 0 ? rest.length() : slash);
        int file = rest.indexOf(":file:");
        if (file >= 0 && (slash < 0 || file < slash)) {
            end = rest.indexOf('@', file);
        }
        if (end < 0) {
            return rest;
        }
        String info = rest.substring(0, end);
        int colon = info.indexOf(':');
        user = decoded(colon < 0 ? info : info.substring(0, colon));
        if (colon >= 0) {
            password = Optional.of(Secret.of(decoded(info.substring(colon + 1))));
        }
        return rest.substring(end + 1);
    }

    private HostPort host(String text) {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String name = bracket > 0 ? text.substring(1, bracket) : colon < 0 ? text : text.substring(0, colon);
        int port = PORTS.getOrDefault(scheme, 0);
        if (colon >= 0) {
            String number = text.substring(colon + 1);
            if (!number.matches("\\d{1,5}") || Integer.parseInt(number) < 1 || Integer.parseInt(number) > MAX_PORT) {
                throw wrong("port " + number + ", expected 1 to 65535");
            }
            port = Integer.parseInt(number);
        }
        if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
            throw wrong("host '" + name + "', expected a name or an address");
        }
        return new HostPort(name, port);
    }

    private void options(String query) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw wrong("option '" + pair + "', expected name=value");
            }
            String name = pair.substring(0, equals);
            if (SECRET_OPTIONS.contains(name.toLowerCase(Locale.ROOT))) {
                shown = scheme + ":";
                throw wrong("option " + name + ", expected secrets as user:password@ before the host");
            }
            options.put(name, pair.substring(equals + 1));
        }
    }

    /** In a path, {@code %3F} is a question mark, and {@code %25} a percent sign that would else begin one of the two. */
    static String escaped(String path) {
        return path.replaceAll("%(?=3[Ff]|25)", "%25").replace("?", "%3F");
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> found.group().equals("%25") ? "%" : "?");
    }

    private String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // its message quotes the text
            throw wrong("user or password is not percent-encoded, expected %25 for %");
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("address " + shown + ": " + what);
    }
}
