package io.kvops.server;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a test and the collector that it kills share, in a mapped file, whose content outlives both: the test says what time
 * it is, the collector says what it does.
 */
public final class Stage {
    /** What a collector may be killed in, and by which method on a stack one knows. */
    public enum Phase {
        JOURNAL("io.kvops.ingest.JournalWriter", "keep"),
        COMMIT("io.kvops.history.DuckDbHistory", "commit"),
        ROLLUP("io.kvops.history.Rollup", "step"),
        SORTING("io.kvops.history.Packing", "pack"),
        ARCHIVE("io.kvops.history.Archive", "write"),
        EXPIRY("io.kvops.history.Upkeep", "expire"),
        CONFIGURATION("io.kvops.server.config.LiveConfig", "change");

        private final String className;
        private final String method;

        Phase(String className, String method) {
            this.className = className;
            this.method = method;
        }

        boolean isIn(StackTraceElement frame) {
            return frame.getMethodName().equals(method) && frame.getClassName().equals(className);
        }
    }

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int MILLIS_AT = 0;
    private static final int PHASES_AT = 8;
    private static final int BYTES = 16;

    private final MappedByteBuffer file;

    private Stage(MappedByteBuffer file) {
        this.file = file;
    }

    public static Stage open(Path path) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Stage(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
        }
    }

    public long millis() {
        return (long) LONG.getVolatile(file, MILLIS_AT);
    }

    public void millis(long now) {
        LONG.setVolatile(file, MILLIS_AT, now);
    }

    /** What the collector was doing when it looked last: some tenths of a millisecond ago, or before it was killed. */
    public Set<Phase> phases() {
        long bits = (long) LONG.getVolatile(file, PHASES_AT);
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        for (Phase phase : Phase.values()) {
            if ((bits >> phase.ordinal() & 1) != 0) {
                phases.add(phase);
            }
        }
        return phases;
    }

    void phases(Set<Phase> phases) {
        long bits = 0;
        for (Phase phase : phases) {
            bits |= 1L << phase.ordinal();
        }
        LONG.setVolatile(file, PHASES_AT, bits);
    }
}
