package io.kvops.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the last versions, a file each: written aside, forced to the disk, then renamed, so each is whole or absent. */
final class VersionStore {
    static final int KEPT = 100;

    private static final Logger LOG = LoggerFactory.getLogger(VersionStore.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path folder;

    VersionStore(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** The newest that can be read. */
    Optional<Version> newest() {
        for (Path file : files()) {
            Optional<Version> read = read(file);
            if (read.isPresent()) {
                return read;
            }
        }
        return Optional.empty();
    }

    /** Newest first. */
    List<Version> all(int limit) {
        return files().stream()
                .limit(limit)
                .map(VersionStore::read)
                .flatMap(Optional::stream)
                .toList();
    }

    Optional<Version> version(long number) {
        Path file = file(number);
        return Files.exists(file) ? read(file) : Optional.empty();
    }

    /** Keeps a version durably, and forgets the oldest. */
    void write(Version version) throws IOException {
        Files.createDirectories(folder);
        Path temporary = folder.resolve("version.new");
        Files.deleteIfExists(temporary);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // the text may hold secrets
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(version));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(temporary, file(version.number()), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // who hears that it is not kept refuses it: then it must not be found at the next start
            try {
                Files.deleteIfExists(file(version.number()));
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
        forgetOldest();
    }

    private void forgetOldest() {
        List<Path> files = files();
        for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
            try {
                Files.deleteIfExists(old);
            } catch (IOException e) {
                LOG.warn("{} can't be removed: {}; it is tried again with the next version", old, Reason.of(e));
            }
        }
    }

    private Path file(long number) {
        return folder.resolve(String.format("%010d.json", number));
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            List<Path> files = new ArrayList<>(
                    found.filter(file -> file.getFileName().toString().matches("\\d{10}\\.json"))
                            .toList());
            files.sort(Comparator.reverseOrder());
            return files;
        } catch (IOException e) {
            LOG.warn("the versions of the configuration in {} can't be listed: {}", folder, Reason.of(e));
            return List.of();
        }
    }

    private static Optional<Version> read(Path file) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), Version.class));
        } catch (IOException | RuntimeException e) {
            // the message of a parser quotes what it read, and that may be a secret
            LOG.warn(
                    "{} {}; that version of the configuration is passed over",
                    file,
                    e instanceof IOException io && !(e instanceof JsonProcessingException)
                            ? "can't be read: " + Reason.of(io)
                            : "is damaged");
            return Optional.empty();
        }
    }
}
