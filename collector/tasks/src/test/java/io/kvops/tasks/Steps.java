package io.kvops.tasks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Work that a test lets go on step by step. It notes each step, and keeps the number of the next one. */
final class Steps implements Work {
    final Semaphore permits = new Semaphore(0);
    final List<String> seen = new CopyOnWriteArrayList<>();
    volatile int failAt = -1;

    @Override
    public Map<String, String> run(TaskContext context) throws Exception {
        int total = Integer.parseInt(context.arguments().getOrDefault("steps", "3"));
        int next = context.checkpoint().map(b -> Integer.parseInt(text(b))).orElse(0);
        context.log("begins at " + next);
        while (next < total) {
            int at = next;
            while (!permits.tryAcquire(5, TimeUnit.MILLISECONDS)) {
                context.pausePoint(() -> bytes(at));
            }
            if (failAt == next) {
                failAt = -1;
                throw new IllegalStateException("step " + next + " is out of order");
            }
            seen.add(context.id() + ":" + next);
            next++;
            context.checkpoint(bytes(next));
            context.progress(next, total, "steps");
        }
        return Map.of("steps", Integer.toString(total));
    }

    @Override
    public String cancelled(TaskContext context) throws TaskException {
        seen.add(context.id() + ":cleaned");
        return "after step " + context.checkpoint().map(Steps::text).orElse("0");
    }

    static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
