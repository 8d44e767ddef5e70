package io.kvops.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String README_BEGINS = "// README begins";

    @TempDir
    Path folder;

    private final Steps steps = new Steps();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<Tasks> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(Tasks::close);
    }

    private TasksConfig config() {
        return TasksConfig.in(folder).withHeartbeat(Duration.ofMillis(20)).withProblems(problems::add);
    }

    private Tasks open(TasksConfig config) throws TaskException {
        Tasks tasks = Tasks.open(config, Map.of("steps", steps));
        opened.add(tasks);
        return tasks;
    }

    private static TaskRequest request(String key, Overlap overlap) {
        return TaskRequest.of("steps", "three steps", "joe", Map.of("steps", "3"))
                .withKey(key, overlap);
    }

    private static TaskRequest request() {
        return request("", Overlap.FORBID);
    }

    private static void awaitState(Tasks tasks, String id, TaskState state) {
        await().atMost(LONG).until(() -> tasks.status(id).state() == state);
    }

    private static TaskStatus end(Tasks tasks, String id) throws Exception {
        return tasks.ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    @Test
    @DisplayName("the README's ten lines")
    void tenLines() throws Exception {
        String result;
        // README begins
        Work count = context -> {
            int next = context.checkpoint().map(b -> (int) b[0]).orElse(0);
            for (; next < 100; next++) {
                int at = next;
                context.pausePoint(() -> new byte[] {(byte) at});
                context.progress(next + 1, 100, "numbers");
            }
            return Map.of("counted", Integer.toString(next));
        };
        try (Tasks tasks = Tasks.open(TasksConfig.in(folder), Map.of("count", count))) {
            TaskStatus task = tasks.submit(TaskRequest.of("count", "count to 100", "joe", Map.of()));
            TaskStatus end = tasks.ended(task.id()).toCompletableFuture().get();
            result = end.state() + " " + end.progress().done() + " " + end.result();
        }
        // README ends
        assertThat(result).isEqualTo("done 100 {counted=100}");
        assertThat(Files.readString(Path.of("README.md"))).contains(example());
    }

    private static String example() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/kvops/tasks/TasksTest.java"));
        int begin = source.indexOf(README_BEGINS + "\n") + README_BEGINS.length() + 1;
        return source.substring(begin, source.indexOf("        // README ends"))
                .lines()
                .map(line -> line.substring(8) + "\n")
                .reduce("", String::concat);
    }

    @Test
    void submit_runsAndKeepsWhatBecameOfIt() throws Exception {
        Tasks tasks = open(config());
        List<TaskEvent> events = new CopyOnWriteArrayList<>();
        tasks.listen(events::add);
        String id = tasks.submit(request()).id();
        steps.permits.release(3);
        TaskStatus end = end(tasks, id);
        assertThat(end.state()).isEqualTo(TaskState.DONE);
        assertThat(end.asker()).isEqualTo("joe");
        assertThat(end.result()).containsExactly(Map.entry("steps", "3"));
        assertThat(end.progress().fraction()).contains(1.0);
        assertThat(end.started()).isPresent();
        assertThat(tasks.status(id.substring(0, 5))).isEqualTo(tasks.status(id));
        assertThat(tasks.log(id, 10)).hasSize(2).first().asString().endsWith("begins at 0");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(events.stream()
                                .filter(e -> e.type() == TaskEvent.Type.STATE)
                                .map(e -> e.task().state()))
                        .containsExactly(TaskState.SCHEDULED, TaskState.RUNNING, TaskState.DONE));
    }

    @Test
    @DisplayName("a paused task gives its thread back, survives a restart paused, and goes on where it was")
    void pause_andResume() throws Exception {
        String id;
        try (Tasks tasks = open(config())) {
            id = tasks.submit(request()).id();
            steps.permits.release(1);
            await().atMost(LONG).until(() -> steps.seen.size() == 1);
            tasks.pause(id);
            awaitState(tasks, id, TaskState.PAUSED);
            await().atMost(LONG).until(() -> tasks.stats().running() == 0);
        }
        Tasks tasks = open(config());
        assertThat(tasks.status(id).state()).isEqualTo(TaskState.PAUSED);
        assertThat(tasks.status(id).progress().done()).isEqualTo(1);
        steps.permits.release(2);
        tasks.resume(id);
        assertThat(end(tasks, id).runs()).isEqualTo(2);
        assertThat(steps.seen).containsExactly(id + ":0", id + ":1", id + ":2");
    }

    @Test
    void close_letsTasksGoOnAtTheNextOpening() throws Exception {
        Tasks first = open(config());
        String id = first.submit(request()).id();
        steps.permits.release(1);
        await().atMost(LONG).until(() -> steps.seen.size() == 1);
        var ended = first.ended(id).toCompletableFuture();
        first.close();
        assertThatThrownBy(ended::get).hasRootCauseInstanceOf(TaskException.class);
        try (Tasks looking = open(config().withPickUp(false))) {
            assertThat(looking.status(id).interrupted()).isTrue();
            assertThat(looking.status(id).state()).isEqualTo(TaskState.RUNNING);
        }
        steps.permits.release(2);
        Tasks tasks = open(config());
        assertThat(end(tasks, id).state()).isEqualTo(TaskState.DONE);
        assertThat(tasks.stats().pickedUp()).isEqualTo(1);
        assertThat(steps.seen).containsExactly(id + ":0", id + ":1", id + ":2");
    }

    @Test
    void cancel_cleansUp_alsoWhatIsPausedFailedOrWaiting() throws Exception {
        Tasks tasks = open(config().withLimits(1, 10));
        String running = tasks.submit(request()).id();
        String waiting = tasks.submit(request()).id();
        tasks.cancel(waiting);
        tasks.pause(running);
        assertThat(end(tasks, waiting).state()).isEqualTo(TaskState.CANCELLED);
        awaitState(tasks, running, TaskState.PAUSED);
        tasks.cancel(running);
        TaskStatus end = end(tasks, running);
        assertThat(end.result()).containsExactly(Map.entry("left", "after step 0"));
        steps.failAt = 0;
        String failing = tasks.submit(request()).id();
        steps.permits.release(1);
        assertThat(end(tasks, failing).error()).isEqualTo("IllegalStateException: step 0 is out of order");
        tasks.cancel(failing);
        awaitState(tasks, failing, TaskState.CANCELLED);
        assertThat(steps.seen)
                .containsExactlyInAnyOrder(waiting + ":cleaned", running + ":cleaned", failing + ":cleaned");
        assertThatThrownBy(() -> tasks.resume(failing))
                .hasMessage("task " + failing + " is cancelled: it can't resume; see: kvops tasks show " + failing);
    }

    @Test
    void resume_ofAFailedTaskGoesOnFromItsCheckpoint() throws Exception {
        Tasks tasks = open(config());
        steps.failAt = 1;
        String id = tasks.submit(request()).id();
        steps.permits.release(2);
        assertThat(end(tasks, id).state()).isEqualTo(TaskState.FAILED);
        tasks.resume(id);
        steps.permits.release(2);
        assertThat(end(tasks, id).state()).isEqualTo(TaskState.DONE);
        assertThat(steps.seen).containsExactly(id + ":0", id + ":1", id + ":2");
    }

    @Test
    void overlap_forbidsAllowsOrReplaces() throws Exception {
        Tasks tasks = open(config());
        String first = tasks.submit(request("copy", Overlap.FORBID)).id();
        assertThatThrownBy(() -> tasks.submit(request("copy", Overlap.FORBID)))
                .hasMessageContaining("task " + first + " does the same and is ")
                .hasMessageContaining("kvops tasks cancel " + first);
        String second = tasks.submit(request("copy", Overlap.ALLOW)).id();
        String third = tasks.submit(request("copy", Overlap.REPLACE)).id();
        assertThat(end(tasks, first).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(end(tasks, second).state()).isEqualTo(TaskState.CANCELLED);
        steps.permits.release(3);
        assertThat(end(tasks, third).state()).isEqualTo(TaskState.DONE);
        assertThat(tasks.list()).extracting(TaskStatus::id).containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void queue_isBounded() throws Exception {
        Tasks tasks = open(config().withLimits(1, 1));
        tasks.submit(request());
        String waiting = tasks.submit(request()).id();
        assertThat(tasks.status(waiting).state()).isEqualTo(TaskState.SCHEDULED);
        assertThatThrownBy(() -> tasks.submit(request()))
                .hasMessage("1 tasks run and 1 wait, which is the limit (1 and 1); try again when some have ended:"
                        + " kvops tasks list");
        assertThat(tasks.stats().refused()).isEqualTo(1);
        assertThat(tasks.list()).hasSize(2);
        steps.permits.release(6);
        assertThat(end(tasks, waiting).state()).isEqualTo(TaskState.DONE);
    }

    @Test
    @DisplayName("a process that only looks can ask the one that owns a task, and takes over what nobody owns")
    void otherProcess_asks() throws Exception {
        Tasks owner = open(config());
        Tasks other = open(config().withPickUp(false));
        String id = owner.submit(request()).id();
        awaitState(other, id, TaskState.RUNNING);
        assertThat(other.status(id).interrupted()).isFalse();
        other.pause(id);
        awaitState(other, id, TaskState.PAUSED);
        owner.close();
        other.resume(id);
        steps.permits.release(3);
        assertThat(end(other, id).state()).isEqualTo(TaskState.DONE);
        assertThatThrownBy(() -> other.status("zzz")).hasMessageContaining("there is no task zzz");
    }

    @Test
    void ended_isKeptByCountAndAge() throws Exception {
        Instant[] now = {Instant.parse("2026-01-05T00:00:00Z")};
        Clock clock = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        TasksConfig config = config().withClocks(clock, System::nanoTime).withRetention(2, Duration.ofDays(7));
        steps.permits.release(100);
        try (Tasks tasks = open(config)) {
            for (int i = 0; i < 4; i++) {
                now[0] = now[0].plusSeconds(60);
                end(tasks, tasks.submit(request()).id());
            }
            await().atMost(LONG).until(() -> tasks.list().size() == 2);
            assertThat(tasks.list().get(0).ended()).contains(now[0]);
        }
        now[0] = now[0].plus(Duration.ofDays(8));
        assertThat(open(config).list()).isEmpty();
    }

    @Test
    void listener_thatIsSlow_losesEventsAndHoldsUpNothing() throws Exception {
        Tasks tasks = open(config());
        CountDownLatch free = new CountDownLatch(1);
        tasks.listen(event -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        tasks.listen(event -> {
            throw new IllegalArgumentException("not for me");
        });
        steps.permits.release(3);
        assertThat(end(tasks, tasks.submit(request()).id()).state()).isEqualTo(TaskState.DONE);
        EventHub hub = new EventHub(problems::add);
        hub.add(event -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        TaskEvent event = new TaskEvent(TaskEvent.Type.PROGRESS, tasks.list().get(0));
        for (int i = 0; i < 2_000; i++) {
            hub.tell(event);
        }
        assertThat(hub.dropped()).isBetween(2_000L - 1_025, 2_000L - 1_024);
        free.countDown();
        hub.close();
        await().atMost(LONG).until(() -> problems.stream().anyMatch(p -> p.contains("not for me")));
    }

    @Test
    void log_isBounded() throws Exception {
        TaskFiles files = new TaskFiles(Files.createDirectory(folder.resolve("x")), new Disk());
        String line = "x".repeat(1_000);
        for (int i = 0; i < 1_000; i++) {
            files.log(i + line);
        }
        assertThat(Files.size(folder.resolve("x/log")) + Files.size(folder.resolve("x/log.1")))
                .isLessThan(300_000);
        assertThat(files.readLog(1)).containsExactly(999 + line);
        assertThat(files.readLog(120)).hasSize(120);
    }

    @Test
    void rate_isOfTheLastSeconds() {
        RateMeter meter = new RateMeter();
        assertThat(meter.read(0, 0)).isZero();
        assertThat(meter.read(1_000_000_000L, 100)).isEqualTo(100);
        for (int s = 2; s <= 30; s++) {
            meter.read(s * 1_000_000_000L, 100 + 10L * s);
        }
        assertThat(meter.read(31_000_000_000L, 100 + 310)).isEqualTo(10);
        TaskProgress progress = new TaskProgress(410, 510, "keys", 10);
        assertThat(progress.remaining()).contains(Duration.ofSeconds(10));
        assertThat(TaskProgress.NONE.remaining()).isEmpty();
    }

    @Test
    void record_isReadAsItWasWritten() throws Exception {
        TaskRequest strange = TaskRequest.of(
                        "k", "t\n\u0001ü", "a", Map.of("a b=c:", " é\n#x", "", "!", "crc", "#crc32c=12\n"))
                .withKey("key ", Overlap.REPLACE);
        TaskRecord record = TaskRecord.fresh("00ff00", strange, Instant.parse("2026-01-05T00:00:00.5Z"), "1@h")
                .running(Instant.parse("2026-01-05T00:00:01Z"))
                .end(TaskState.FAILED, Instant.parse("2026-01-05T00:00:02Z"), Map.of("r", "1"), "why\nnot");
        assertThat(TaskRecord.decode(record.encode())).isEqualTo(record);
    }
}
