package io.kvops.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All routes, by path. Paths are compared as they come: an encoded or doubled slash is part of no path here. */
final class RouteTable {
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Stands for the parameter in the key of a path; no parameter is written so. */
    private static final String ANY = "{}";

    private final Map<String, Map<String, Route>> byPath = new LinkedHashMap<>();
    private final List<Route> routes;

    /** The routes at one path. */
    record Match(Map<String, Route> byMethod, String parameter) {
        @Nullable
        Route route(String method) {
            return byMethod.get(method);
        }

        /** What the Allow header says. */
        String allow() {
            List<String> methods = new ArrayList<>(byMethod.keySet());
            if (byMethod.containsKey("GET")) {
                methods.add("HEAD");
            }
            methods.add("OPTIONS");
            return String.join(", ", methods);
        }
    }

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        for (Route route : routes) {
            byPath.computeIfAbsent(key(route.path()), p -> new LinkedHashMap<>())
                    .put(route.method(), route);
        }
    }

    List<Route> routes() {
        return routes;
    }

    Optional<Match> find(String path) {
        Map<String, Route> exact = byPath.get(path);
        if (exact != null && !path.contains(ANY)) {
            return Optional.of(new Match(exact, ""));
        }
        int last = path.lastIndexOf('/');
        int before = path.lastIndexOf('/', last - 1);
        if (before < 0) {
            return Optional.empty();
        }
        return find(path, last, path.length()).or(() -> find(path, before, last));
    }

    /** With the part between a slash and an end as the parameter. */
    private Optional<Match> find(String path, int slash, int end) {
        String parameter = path.substring(slash + 1, end);
        Map<String, Route> found = byPath.get(path.substring(0, slash + 1) + ANY + path.substring(end));
        return found == null || !PARAMETER.matcher(parameter).matches()
                ? Optional.empty()
                : Optional.of(new Match(found, parameter));
    }

    private static String key(String path) {
        return path.replaceFirst("\\{[a-zA-Z]+}", ANY);
    }
}
