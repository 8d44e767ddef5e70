package io.kvops.server.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.Secret;
import io.kvops.stores.StoreAddress;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskDeskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private TaskDesk open() throws Exception {
        TaskDesk desk = new TaskDesk(folder, DeskConfig.DEFAULTS, List::of, Clock.systemUTC(), System::nanoTime);
        desk.start();
        return desk;
    }

    /** An import that takes a second for each of a thousand records. */
    private Order slow(TaskDesk desk, String target) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append("{\"key\":\"").append(i).append("\",\"type\":\"string\",\"value\":\"v\"}\n");
        }
        Files.writeString(folder.resolve("files/many.jsonl"), lines);
        ObjectNode order = new ObjectMapper()
                .createObjectNode()
                .put("kind", "import")
                .put("source", "many.jsonl")
                .put("target", target)
                .put("maxOps", 1);
        return desk.read(order);
    }

    private static void awaitState(TaskDesk desk, String id, TaskState state) {
        await().atMost(PATIENCE).until(() -> desk.status(id).is(state));
    }

    @Test
    @DisplayName("a restart goes on with what was running, leaves alone what was paused, and cancel says what is left")
    void restart_findsTasksAgain() throws Exception {
        String running;
        String paused;
        try (TaskDesk desk = open()) {
            running = desk.submit(slow(desk, "mvstore:a.mv"), "ann").id();
            paused = desk.submit(slow(desk, "mvstore:b.mv"), "ann").id();
            awaitState(desk, running, TaskState.RUNNING);
            awaitState(desk, paused, TaskState.RUNNING);
            desk.pause(paused);
            awaitState(desk, paused, TaskState.PAUSED);
        }
        try (TaskDesk desk = open()) {
            await().atMost(PATIENCE)
                    .until(() -> desk.status(running).is(TaskState.RUNNING)
                            && desk.status(running).runs() == 2);
            assertThat(desk.status(paused).is(TaskState.PAUSED)).isTrue();
            assertThat(desk.resume(paused).state()).isIn("scheduled", "running");
            awaitState(desk, paused, TaskState.RUNNING);
            for (String id : List.of(running, paused)) {
                desk.cancel(id);
                awaitState(desk, id, TaskState.CANCELLED);
                assertThat(desk.status(id).result().get("left"))
                        .startsWith("mvstore:")
                        .contains(" records that the task wrote", "each whole; the source is untouched");
            }
            assertThat(desk.list()).hasSize(2);
        }
    }

    @Test
    void twoThatWriteToTheSameTarget_getInEachOthersWay() throws Exception {
        try (TaskDesk desk = open()) {
            List<String> news = new CopyOnWriteArrayList<>();
            Runnable unlisten = desk.listen(n -> news.add(n.task().state()));
            String first = desk.submit(slow(desk, "mvstore:a.mv"), "ann").id();
            assertThatThrownBy(() -> desk.submit(slow(desk, "mvstore:a.mv"), "bob"))
                    .isInstanceOfSatisfying(
                            TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.OVERLAP))
                    .hasMessageContaining("task " + first + " (import ")
                    .hasMessageContaining("kvops tasks cancel " + first);
            desk.pause(first);
            awaitState(desk, first, TaskState.PAUSED);
            String second = desk.submit(slow(desk, "mvstore:a.mv"), "bob").id();
            assertThatThrownBy(() -> desk.resume(first)).hasMessageContaining("task " + second);
            desk.cancel(second);
            desk.cancel(first);
            awaitState(desk, second, TaskState.CANCELLED);
            await().atMost(PATIENCE).until(() -> news.contains("paused") && news.contains("cancelled"));
            unlisten.run();
        }
    }

    @Test
    @DisplayName("passwords are the configuration's, for the very hosts they are for, and in no file of a task")
    void passwords_areTheConfigurations() throws Exception {
        ProbeTarget known = new ProbeTarget(
                StoreAddress.parse("redis://127.0.0.1:1").withCredentials("ops", Secret.of("hush-hush")),
                "",
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Map.of());
        Places places = new Places(List.of(folder), List.of(known));
        StoreAddress entered = places.enter(StoreAddress.parse("redis://127.0.0.1:1/3"));
        assertThat(entered.user()).isEqualTo("ops");
        assertThat(entered.password()).isEqualTo(known.address().password());
        assertThat(entered.path()).isEqualTo("3");
        assertThat(places.enter(StoreAddress.parse("redis://127.0.0.1:1?verify=false&tls=false"))
                        .options())
                .as("the way is the configuration's, too")
                .isEmpty();
        for (String other : List.of(
                "redis://127.0.0.1:2/3",
                "rediss://127.0.0.1:1",
                "redis://eve@127.0.0.1:1",
                "redis-cluster://127.0.0.1:1,h:2")) {
            assertThat(places.enter(StoreAddress.parse(other)).password())
                    .as(other)
                    .isEmpty();
        }
        try (TaskDesk desk =
                new TaskDesk(folder, DeskConfig.DEFAULTS, () -> List.of(known), Clock.systemUTC(), System::nanoTime)) {
            desk.start();
            ObjectNode order = new ObjectMapper()
                    .createObjectNode()
                    .put("kind", "export")
                    .put("source", "redis://127.0.0.1:1/0")
                    .put("target", "a.kvb")
                    .put("retrySeconds", 0);
            String id = desk.submit(desk.read(order), "ann").id();
            awaitState(desk, id, TaskState.FAILED);
            assertThat(desk.status(id).toString() + desk.log(id, 100)).doesNotContain("hush-hush");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain("hush-hush");
            }
        }
    }

    @Test
    void changedLimits_holdAtOnce() throws Exception {
        try (TaskDesk desk = open()) {
            desk.apply(new DeskConfig(List.of(folder.resolve("files")), 1));
            String first = desk.submit(slow(desk, "mvstore:a.mv"), "ann").id();
            awaitState(desk, first, TaskState.RUNNING);
            String second = desk.submit(slow(desk, "mvstore:b.mv"), "ann").id();
            assertThat(desk.status(second).state()).isEqualTo("scheduled");
            desk.apply(new DeskConfig(List.of(folder.resolve("files")), 2));
            awaitState(desk, second, TaskState.RUNNING);
            desk.cancel(first);
            desk.cancel(second);
            awaitState(desk, second, TaskState.CANCELLED);
        }
    }
}
