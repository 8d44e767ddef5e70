package io.kvops.server.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads one YAML file into one record, strictly. */
public final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final ObjectMapper YAML = YAMLMapper.builder(
                    YAMLFactory.builder().build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param build makes the record out of the file's sections; what it throws as IllegalArgumentException is a problem too
     * @throws ConfigException with every problem of the file
     */
    public static <T> T read(Path file, Function<Section, T> build) throws ConfigException {
        List<String> problems = new ArrayList<>();
        Section root = new Section(file.toString(), "", tree(file), problems);
        T built = null;
        try {
            built = build.apply(root);
        } catch (IllegalArgumentException e) {
            problems.add(file + ": " + e.getMessage());
        }
        root.finish();
        if (built == null || !problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return built;
    }

    private static JsonNode tree(Path file) throws ConfigException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw one(file + ": " + Files.size(file) + " bytes (expected a configuration file of at most 1 MiB)");
            }
            return YAML.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw one(file + ": no such file");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw one(file + where + ": not YAML that can be read: "
                    + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("no reason given"));
        } catch (IOException e) {
            throw one(file + ": can't be read: " + e);
        }
    }

    private static ConfigException one(String problem) {
        return new ConfigException(List.of(problem));
    }
}
