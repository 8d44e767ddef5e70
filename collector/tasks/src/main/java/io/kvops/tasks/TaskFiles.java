package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The folder of one task: {@code task}, {@code checkpoint}, {@code progress}, {@code log}, {@code owner.lock}, {@code request}. */
final class TaskFiles {
    private static final byte[] MAGIC = "kvops checkpoint 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_TASK_BYTES = 1 << 20;
    private static final int MAX_LOG_BYTES = 128 * 1024;

    private final Path folder;
    private final Disk disk;

    TaskFiles(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    Path folder() {
        return folder;
    }

    /** What is kept; null if there is no such task. Fails if it is damaged or can't be read. */
    @Nullable
    TaskRecord read() throws TaskException {
        Path file = folder.resolve("task");
        try {
            if (Files.size(file) > MAX_TASK_BYTES) {
                throw new TaskException(Kind.DAMAGED, file + " is damaged: it is too long");
            }
            byte[] bytes = Files.readAllBytes(file);
            try {
                return TaskRecord.decode(bytes);
            } catch (IOException e) {
                throw new TaskException(Kind.DAMAGED, file + " is damaged: " + e.getMessage(), e);
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new TaskException(Kind.DISK, file + " can't be read: " + Text.reason(e), e);
        }
    }

    void write(TaskRecord record) throws IOException {
        disk.replace(folder.resolve("task"), record.encode());
    }

    void writeCheckpoint(byte[] bytes) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(MAGIC.length + 4 + bytes.length);
        file.put(MAGIC).putInt(sum(bytes)).put(bytes);
        disk.replace(folder.resolve("checkpoint"), file.array());
    }

    Optional<byte[]> readCheckpoint() throws TaskException {
        Path file = folder.resolve("checkpoint");
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new TaskException(Kind.DISK, file + " can't be read: " + Text.reason(e), e);
        }
        int head = MAGIC.length + 4;
        if (bytes.length >= head && Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)) {
            byte[] content = Arrays.copyOfRange(bytes, head, bytes.length);
            if (ByteBuffer.wrap(bytes, MAGIC.length, 4).getInt() == sum(content)) {
                return Optional.of(content);
            }
        }
        throw new TaskException(
                Kind.DAMAGED, "the checkpoint " + file + " is damaged; the task can't go on: start it anew");
    }

    /** Progress is not worth waiting for the disk: after a power loss it may be lost, and counts from what the work says. */
    void writeProgress(TaskProgress progress) throws IOException {
        String text = progress.done() + "\n" + progress.total() + "\n" + progress.perSecond() + "\n" + progress.unit();
        disk.replaceQuickly(folder.resolve("progress"), text.getBytes(StandardCharsets.UTF_8));
    }

    TaskProgress readProgress() {
        try {
            String[] lines = Files.readString(folder.resolve("progress")).split("\n", 4);
            return new TaskProgress(
                    Long.parseLong(lines[0]), Long.parseLong(lines[1]), lines[3], Double.parseDouble(lines[2]));
        } catch (IOException | RuntimeException e) {
            return TaskProgress.NONE;
        }
    }

    void log(String line) throws IOException {
        Path log = folder.resolve("log");
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, folder.resolve("log.1"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        disk.append(log, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The last lines, oldest first. */
    List<String> readLog(int max) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : List.of("log.1", "log")) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                lines.addAll(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .toList());
            }
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - max), lines.size()));
    }

    FileLocks.@Nullable Held tryOwn() throws IOException {
        return FileLocks.tryTake(folder.resolve("owner.lock"));
    }

    /** Asks the process that owns the task. */
    void request(Ask ask) throws IOException {
        disk.replaceQuickly(folder.resolve("request"), ask.name().getBytes(StandardCharsets.US_ASCII));
    }

    /** What another process asked since the last look. */
    Optional<Ask> takeRequest() throws IOException {
        Path file = folder.resolve("request");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.delete(file);
        for (Ask ask : Ask.values()) {
            if (ask.name().equals(text)) {
                return Optional.of(ask);
            }
        }
        return Optional.empty();
    }

    /** Takes the task away, its {@code task} file first: what is left after a crash is no task. */
    void delete() throws IOException {
        Files.deleteIfExists(folder.resolve("task"));
        List<Path> rest;
        try (java.util.stream.Stream<Path> files = Files.list(folder)) {
            rest = files.toList();
        }
        for (Path file : rest) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    private static int sum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
