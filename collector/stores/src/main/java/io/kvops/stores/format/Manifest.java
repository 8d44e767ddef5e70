package io.kvops.stores.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The files in which records were written in parts, side by side: {@code NAME.manifest.json} in their folder, written last,
 * so that it is there if and only if all of them are whole. Immutable.
 *
 * @param parts at least one, at most {@link #MAX_PARTS}
 */
public record Manifest(List<DataFile> parts) {
    public static final int MAX_PARTS = 100_000;

    private static final String SUFFIX = ".manifest.json";
    private static final int MAX_BYTES = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    public Manifest {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MAX_PARTS) {
            throw new IllegalArgumentException("parts: " + parts.size() + " (expected 1 to " + MAX_PARTS + ")");
        }
    }

    /** The records of all parts. */
    public long records() {
        return parts.stream().mapToLong(DataFile::records).sum();
    }

    /** Where the manifest of a file that was asked for stands. */
    public static Path path(Path file) {
        return file.resolveSibling(file.getFileName() + SUFFIX);
    }

    /**
     * Where a part of it stands: {@code dump.part-00001.jsonl.gz} of {@code dump.jsonl.gz}.
     *
     * @param number from 1
     */
    public static Path part(Path file, int number) {
        String name = String.valueOf(file.getFileName());
        int dot = name.indexOf('.', 1);
        int end = dot < 0 ? name.length() : dot;
        return file.resolveSibling(
                name.substring(0, end) + String.format(Locale.ROOT, ".part-%05d", number) + name.substring(end));
    }

    /** Writes it, once all parts were finished. */
    public void write(Path file) throws StoreException {
        ObjectNode root = JSON.createObjectNode();
        root.put("kvops", "manifest").put("version", 1).put("records", records());
        ArrayNode list = root.putArray("parts");
        for (DataFile part : parts) {
            list.addObject()
                    .put("file", part.name())
                    .put("format", part.format())
                    .put("compression", part.compression().label())
                    .put("records", part.records())
                    .put("bytes", part.bytes())
                    .put("crc32c", Crc.text(part.crc32c()));
        }
        Path to = path(file);
        try (FileBytes bytes = FileBytes.open(to, null)) {
            bytes.write((root.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
            bytes.publish();
        } catch (IOException e) {
            throw FileFailure.writing(to.toString(), e);
        }
    }

    /**
     * Reads one.
     *
     * @param manifest its own path
     */
    public static Manifest read(Path manifest) throws StoreException {
        try (InputStream in = Files.newInputStream(manifest)) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            return of(JSON.readTree(bytes));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new StoreException(
                    Kind.DAMAGED,
                    manifest + ": is no manifest as kvops writes them: " + e.getMessage() + "; use a sound copy",
                    e);
        } catch (IOException e) {
            throw FileFailure.reading(manifest.toString(), e);
        }
    }

    private static Manifest of(JsonNode root) {
        if (!root.path("kvops").asText().equals("manifest")
                || root.path("version").asInt() != 1) {
            throw new IllegalArgumentException("kvops manifest, version 1, expected");
        }
        List<DataFile> parts = new ArrayList<>();
        for (JsonNode part : root.path("parts")) {
            parts.add(new DataFile(
                    plainName(text(part, "file")),
                    text(part, "format"),
                    Compression.ofOption(text(part, "compression"))
                            .orElseThrow(() -> new IllegalArgumentException("compression: none that is known")),
                    number(part, "records"),
                    number(part, "bytes"),
                    Crc.parse(text(part, "crc32c"))));
        }
        Manifest manifest = new Manifest(parts);
        if (manifest.records() != number(root, "records")) {
            throw new IllegalArgumentException(
                    "records: " + number(root, "records") + " (expected the parts' " + manifest.records() + ")");
        }
        return manifest;
    }

    private static String text(JsonNode node, String name) {
        if (!node.path(name).isTextual()) {
            throw new IllegalArgumentException(name + ": missing (expected a text)");
        }
        return node.path(name).textValue();
    }

    private static long number(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.canConvertToLong() || !value.isIntegralNumber() || value.longValue() < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected a number from 0)");
        }
        return value.longValue();
    }

    /** A manifest speaks of files beside it, not of others. */
    private static String plainName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/") || name.contains("\\")) {
            throw new IllegalArgumentException("file: not a plain name");
        }
        return name;
    }

    /**
     * Reads all parts and compares them with what was written.
     *
     * @param folder where they are
     * @return what is wrong, one for each part that is not what it was; empty if all are
     */
    public List<Problem> verify(Path folder) {
        List<Problem> found = new ArrayList<>();
        for (DataFile part : parts) {
            try (InputStream in = Files.newInputStream(folder.resolve(part.name()))) {
                Crc crc = new Crc();
                long length = crc.updateFrom(in, Long.MAX_VALUE);
                if (length != part.bytes()) {
                    found.add(new Problem(part.name(), "has " + length + " bytes, not " + part.bytes()));
                } else if (crc.value() != part.crc32c()) {
                    found.add(new Problem(part.name(), "some of its bytes were changed: its checksum does not fit"));
                }
            } catch (IOException e) {
                found.add(new Problem(part.name(), "can't be read: " + e));
            }
        }
        return found;
    }
}
