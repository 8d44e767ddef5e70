package io.kvops.analyzer;

import io.kvops.history.GaugePoint;
import io.kvops.wire.Source;
import org.jspecify.annotations.Nullable;

/**
 * Where a gauge of an agent belongs: {@code rocksdb.memtable.size.bytes@/path} is one of the store at {@code /path}, of the
 * kind that its first word names; without an endpoint it is one of the JVM. Pure.
 */
final class GaugeNames {
    private GaugeNames() {}

    /** Null if it is not a gauge: no name, or no number. */
    static @Nullable GaugePoint point(Source source, long atMillis, String name, double value) {
        int at = name.indexOf('@');
        String own = at < 0 ? name : name.substring(0, at);
        if (own.isEmpty() || at == name.length() - 1 || !Double.isFinite(value)) {
            return null;
        }
        if (at < 0) {
            return new GaugePoint(atMillis, "jvm", source.service() + "/" + source.instance(), own, value);
        }
        int dot = own.indexOf('.');
        return new GaugePoint(atMillis, dot > 0 ? own.substring(0, dot) : own, name.substring(at + 1), own, value);
    }
}
