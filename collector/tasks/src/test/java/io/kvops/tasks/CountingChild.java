package io.kvops.tasks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** The process that {@link KillIT} kills: writes numbered lines to a file, and prints how many it has kept. */
final class CountingChild {
    static final int LINES = 20_000;
    static final int EACH = 100;

    private CountingChild() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Work work = context -> write(context, folder.resolve("out"));
        try (Tasks tasks = Tasks.open(TasksConfig.in(folder.resolve("tasks")), Map.of("count", work))) {
            List<TaskStatus> all = tasks.list();
            String id = all.isEmpty()
                    ? tasks.submit(TaskRequest.of("count", "count", "test", Map.of()))
                            .id()
                    : all.get(0).id();
            tasks.ended(id).toCompletableFuture().get();
        }
    }

    private static Map<String, String> write(TaskContext context, Path file) throws Exception {
        int next = context.checkpoint().map(b -> ByteBuffer.wrap(b).getInt()).orElse(0);
        long bytes =
                context.checkpoint().map(b -> ByteBuffer.wrap(b).getLong(4)).orElse(0L);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(bytes).position(bytes);
            while (next < LINES) {
                append(out, "line " + next + "\n");
                next++;
                if (next % EACH == 0) {
                    out.force(true);
                    context.checkpoint(ByteBuffer.allocate(12)
                            .putInt(next)
                            .putLong(out.position())
                            .array());
                    System.out.println(next);
                }
            }
        }
        return Map.of();
    }

    private static void append(FileChannel out, String line) throws IOException {
        out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    }
}
