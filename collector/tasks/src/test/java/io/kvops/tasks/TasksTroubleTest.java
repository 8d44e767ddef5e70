package io.kvops.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files, a full disk, tasks that end their process. */
class TasksTroubleTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final Steps steps = new Steps();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<Tasks> opened = new CopyOnWriteArrayList<>();

    /** A disk that can be full. */
    private static final class Full extends Disk {
        volatile boolean full;

        @Override
        void replace(Path file, byte[] bytes) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            super.replace(file, bytes);
        }

        @Override
        void append(Path file, byte[] bytes) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            super.append(file, bytes);
        }
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Tasks::close);
    }

    private Tasks open(Disk disk) throws TaskException {
        TasksConfig config = TasksConfig.in(folder)
                .withHeartbeat(Duration.ofMillis(20))
                .withLimits(1, 10)
                .withProblems(problems::add);
        Tasks tasks = Tasks.open(config, Map.of("steps", steps), disk);
        opened.add(tasks);
        return tasks;
    }

    private static TaskRequest request() {
        return TaskRequest.of("steps", "three steps", "joe", Map.of());
    }

    private static TaskStatus end(Tasks tasks, String id) throws Exception {
        return tasks.ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    @Test
    void damagedTask_isPutAside_othersGoOn() throws Exception {
        String bad;
        String good;
        try (Tasks tasks = open(new Disk())) {
            bad = tasks.submit(request()).id();
            good = tasks.submit(request()).id();
        }
        Path file = folder.resolve(bad).resolve("task");
        long seed = System.nanoTime();
        byte[] bytes = Files.readAllBytes(file);
        bytes[new Random(seed).nextInt(bytes.length)] ^= 1;
        Files.write(file, bytes);
        Tasks tasks = open(new Disk());
        assertThat(problems)
                .as("seed %s", seed)
                .singleElement()
                .asString()
                .contains(file + " is damaged: ")
                .endsWith("; put aside as " + folder.toRealPath().resolve(bad + ".damaged"))
                .doesNotContain("\n");
        assertThat(tasks.stats().damaged()).isEqualTo(1);
        steps.permits.release(3);
        assertThat(end(tasks, good).state()).isEqualTo(TaskState.DONE);
        assertThat(tasks.list()).hasSize(1);
    }

    @Test
    void damagedCheckpoint_failsTheTaskAndSaysSo() throws Exception {
        String id;
        try (Tasks tasks = open(new Disk())) {
            id = tasks.submit(request()).id();
            steps.permits.release(1);
            await().atMost(LONG).until(() -> Files.exists(folder.resolve(id).resolve("checkpoint")));
        }
        Path file = folder.resolve(id).resolve("checkpoint");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertThat(end(open(new Disk()), id).error())
                .endsWith("checkpoint is damaged; the task can't go on: start it anew");
    }

    @Test
    void fullDisk_refusesNewTasks_failsCheckpoints_andIsOverByItself() throws Exception {
        Full disk = new Full();
        Tasks tasks = open(disk);
        String id = tasks.submit(request()).id();
        steps.permits.release(1);
        await().atMost(LONG).until(() -> tasks.status(id).progress().done() == 1);
        disk.full = true;
        assertThatThrownBy(() -> tasks.submit(request()))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("No space left on device; make room, then try again");
        steps.permits.release(1);
        await().atMost(LONG).until(() -> tasks.status(id).state() == TaskState.FAILED);
        assertThat(tasks.status(id).error())
                .contains("No space left on device; make room, then: kvops tasks resume " + id);
        assertThat(tasks.stats().unwritten()).isEqualTo(1);
        assertThat(problems).anyMatch(p -> p.contains("the state of task " + id + " (failed) can't be written"));
        disk.full = false;
        await().atMost(LONG).until(() -> tasks.stats().unwritten() == 0);
        tasks.resume(id);
        steps.permits.release(2);
        assertThat(end(tasks, id).state()).isEqualTo(TaskState.DONE);
        assertThat(tasks.list()).hasSize(1);
    }

    @Test
    @DisplayName("a task whose process dies again and again before a checkpoint is given up")
    void fruitlessTask_isGivenUp() throws Exception {
        TaskRecord record = TaskRecord.fresh("0000aa", request(), Instant.EPOCH, "1@gone");
        for (int i = 0; i < 5; i++) {
            record = record.running(Instant.EPOCH);
        }
        new TaskFiles(Files.createDirectory(folder.resolve("0000aa")), new Disk()).write(record);
        Tasks tasks = open(new Disk());
        assertThat(end(tasks, "0000aa").error())
                .startsWith("its process ended 5 times before the task kept a checkpoint");
        tasks.resume("0000aa");
        steps.permits.release(3);
        assertThat(end(tasks, "0000aa").state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void halfMadeTask_isSweptAway() throws Exception {
        Files.createDirectories(folder.resolve("0000ab.new"));
        Files.write(folder.resolve("0000ab.new/task.new"), new byte[3]);
        Files.createDirectories(folder.resolve("0000ac"));
        Files.write(folder.resolve("0000ac/log"), new byte[3]);
        assertThat(open(new Disk()).list()).isEmpty();
        assertThat(folder.resolve("0000ab.new")).doesNotExist();
        assertThat(folder.resolve("0000ac")).doesNotExist();
        assertThat(problems).isEmpty();
    }

    @Test
    void folder_thatIsAFile_isSaid() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> Tasks.open(TasksConfig.in(file), Map.of()))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("the folder of tasks " + file + " can't be written (");
    }

    @Test
    @DisplayName("a task whose cleaning up failed says so, and is cancelled again")
    void cleaningUpThatFailed_canBeAskedForAgain() throws Exception {
        AtomicBoolean reachable = new AtomicBoolean();
        Work work = new Work() {
            @Override
            public Map<String, String> run(TaskContext context) throws Exception {
                while (true) {
                    context.rest(Duration.ofHours(1));
                }
            }

            @Override
            public String cancelled(TaskContext context) throws Exception {
                if (!reachable.get()) {
                    throw new IOException("the target can't be reached");
                }
                return "nothing is left";
            }
        };
        try (Tasks tasks = Tasks.open(TasksConfig.in(folder), Map.of("work", work))) {
            String id = tasks.submit(TaskRequest.of("work", "work", "joe", Map.of()))
                    .id();
            tasks.cancel(id);
            TaskStatus failed = tasks.ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
            assertThat(failed.state()).isEqualTo(TaskState.FAILED);
            assertThat(failed.error()).contains("can't be reached").endsWith("kvops tasks cancel " + id);
            reachable.set(true);
            tasks.cancel(id);
            TaskStatus cancelled = tasks.ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
            assertThat(cancelled.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(cancelled.result()).containsEntry("left", "nothing is left");
        }
    }
}
