package io.kvops.tasks;

import io.kvops.tasks.TaskException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder of all tasks. Who adds, owns or removes one holds {@link #lock} meanwhile. */
final class TaskFolder {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{6}");

    private final Path folder;
    private final Disk disk;

    private TaskFolder(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    static TaskFolder open(Path folder, Disk disk) throws TaskException {
        try {
            disk.makeFolder(folder);
            return new TaskFolder(folder.toRealPath(), disk);
        } catch (IOException e) {
            throw new TaskException(
                    Kind.DISK,
                    "the folder of tasks " + folder + " can't be written (" + Text.reason(e)
                            + "); make it writable, or choose another",
                    e);
        }
    }

    FileLocks.Held lock() throws TaskException {
        try {
            return FileLocks.take(folder.resolve("tasks.lock"));
        } catch (IOException e) {
            throw new TaskException(
                    Kind.DISK, "the folder of tasks " + folder + " can't be locked: " + Text.reason(e), e);
        }
    }

    TaskFiles task(String id) {
        return new TaskFiles(folder.resolve(id), disk);
    }

    /** Makes a new task's folder with its first file in it: there as a whole, or not at all. */
    TaskFiles create(String id, TaskRecord record) throws IOException {
        Path made = folder.resolve(id + ".new");
        disk.makeFolder(made);
        new TaskFiles(made, disk).write(record);
        Path there = folder.resolve(id);
        Files.move(made, there, StandardCopyOption.ATOMIC_MOVE);
        disk.force(folder);
        return new TaskFiles(there, disk);
    }

    String freeId() {
        while (true) {
            String id = String.format("%06x", ThreadLocalRandom.current().nextInt(1 << 24));
            if (!Files.exists(folder.resolve(id)) && !Files.exists(folder.resolve(id + ".damaged"))) {
                return id;
            }
        }
    }

    /** The ids of all tasks. */
    List<String> ids() throws TaskException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> String.valueOf(p.getFileName()))
                    .filter(name -> ID.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new TaskException(
                    Kind.DISK, "the folder of tasks " + folder + " can't be read: " + Text.reason(e), e);
        }
    }

    /** Puts a damaged task aside, where it can be looked at, and tells its new name. */
    Path putAside(String id) throws IOException {
        Path aside = folder.resolve(id + ".damaged");
        Files.move(folder.resolve(id), aside, StandardCopyOption.ATOMIC_MOVE);
        return aside;
    }

    /** Takes away what a crash left half made or half removed. The lock is held. */
    void sweep() throws IOException {
        List<Path> left = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isDirectory)
                    .filter(p -> {
                        String name = String.valueOf(p.getFileName());
                        boolean halfMade = name.endsWith(".new")
                                && ID.matcher(name.substring(0, name.length() - 4))
                                        .matches();
                        return halfMade || (ID.matcher(name).matches() && !Files.exists(p.resolve("task")));
                    })
                    .forEach(left::add);
        }
        for (Path half : left) {
            new TaskFiles(half, disk).delete();
        }
    }
}
