package io.kvops.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What all sections of one reading share: where problems, settings and the files that belong to it are gathered. */
final class Context {
    final String source;
    final Map<String, Integer> lines;
    final Map<String, JsonNode> overrides;
    final UnaryOperator<@Nullable String> environment;
    final List<String> problems = new ArrayList<>();
    final Map<String, Setting> settings = new LinkedHashMap<>();
    final Set<Path> files = new LinkedHashSet<>();

    Context(
            String source,
            Map<String, Integer> lines,
            Map<String, JsonNode> overrides,
            UnaryOperator<@Nullable String> environment) {
        this.source = source;
        this.lines = lines;
        this.overrides = overrides;
        this.environment = environment;
    }

    /** Adds a problem of a path; the line is that of the path or of the nearest above it. */
    void problem(String path, String problem) {
        Integer line = null;
        for (String at = path; line == null && !at.isEmpty(); at = above(at)) {
            line = lines.get(at);
        }
        problems.add(source + (line == null ? "" : ":" + line) + ": " + problem);
    }

    private static String above(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
}
