package io.kvops.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A configuration that was read.
 *
 * @param value what the sections were made into
 * @param settings every setting that is known, by path, in the order of asking
 * @param files that something of it came from: secrets, rules
 */
public record Reading<T>(T value, Map<String, Setting> settings, Set<Path> files) {

    /**
     * Reads a text strictly.
     *
     * @param name what the text is called in messages: its file
     * @param source whose overrides win over the text
     * @param build makes the record out of the sections; what it throws as IllegalArgumentException is a problem too
     * @throws ConfigException with every problem of the text
     */
    public static <T> Reading<T> of(String name, String text, ConfigSource source, Function<Section, T> build)
            throws ConfigException {
        ConfigTree tree = ConfigTree.parse(name, text);
        Context context = new Context(name, tree.lines(), source.overrideNodes(), System::getenv);
        Section root = new Section(context, "", tree.root());
        T built = null;
        try {
            built = build.apply(root);
        } catch (IllegalArgumentException e) {
            root.refused(e);
        }
        root.finish();
        if (built == null || !context.problems.isEmpty()) {
            throw new ConfigException(context.problems);
        }
        return new Reading<>(built, Collections.unmodifiableMap(context.settings), Set.copyOf(context.files));
    }

    /**
     * One value as it is written in a file or a command line: {@code 5}, {@code true}, {@code 5ms}, {@code [a, b]}; missing if
     * it is empty.
     *
     * @throws ConfigException if it is not YAML, in one line
     */
    public static JsonNode valueOf(String yaml) throws ConfigException {
        return ConfigTree.value(yaml);
    }

    /** The text of a file. @throws ConfigException if there is none that can be read, in one line */
    public static String textOf(Path file) throws ConfigException {
        try {
            if (Files.size(file) > 1 << 20) {
                throw ConfigTree.one(
                        file + ": " + Files.size(file) + " bytes (expected a configuration file of at most 1 MiB)");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw ConfigTree.one(file + ": " + Reason.of(e));
        }
    }
}
