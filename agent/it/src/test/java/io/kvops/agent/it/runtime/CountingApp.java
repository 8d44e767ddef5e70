package io.kvops.agent.it.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/** Calls a store of its own without end, and keeps the number of calls in a mapped file, which outlives a kill. */
public final class CountingApp {
    private final ByteBuffer count;

    private CountingApp(ByteBuffer count) {
        this.count = count;
    }

    /** Arguments: the file, calls to make (0: without end), calls per millisecond. */
    public static void main(String[] args) throws Exception {
        CountingApp app = new CountingApp(map(Path.of(args[0])));
        long calls = Long.parseLong(args[1]);
        int perMilli = Integer.parseInt(args[2]);
        for (long n = 1; calls == 0 || n <= calls; n++) {
            app.get("user:" + n % 100);
            app.count.putLong(0, n);
            if (n % perMilli == 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    String get(String key) {
        return key;
    }

    static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 8);
        }
    }
}
