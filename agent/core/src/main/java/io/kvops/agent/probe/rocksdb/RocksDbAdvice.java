package io.kvops.agent.probe.rocksdb;

import io.kvops.agent.boot.Link;
import io.kvops.agent.boot.Linked;
import io.kvops.agent.boot.Measured;
import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Opened;
import io.kvops.agent.boot.Probes;
import io.kvops.agent.boot.Words;
import java.nio.ByteBuffer;
import java.util.List;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;
import org.rocksdb.DBOptions;
import org.rocksdb.GetStatus;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.TickerType;
import org.rocksdb.WriteBatch;

/** What is inlined into RocksDB's Java wrappers; the native methods below them have no body. */
final class RocksDbAdvice {
    private RocksDbAdvice() {}

    /**
     * The static open methods of all kinds of database: the path is known here without asking the native side. One calls
     * another, and the innermost knows as much. The statistics are a reference of their own to what the options have.
     */
    static final class Open {
        private Open() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.AllArguments Object[] arguments, @Advice.Return @Nullable Object database) {
            if (database instanceof Linked && ((Linked) database).kvopsLink() == null) {
                AutoCloseable statistics = null;
                for (Object argument : arguments) {
                    if (argument instanceof Options) {
                        statistics = ((Options) argument).statistics();
                    } else if (argument instanceof DBOptions) {
                        statistics = ((DBOptions) argument).statistics();
                    } else if (argument instanceof String) {
                        Link link = Link.toPath("rocksdb", (String) argument);
                        link.opened(Opened.add("rocksdb", (String) argument, (Measured) database, statistics));
                        ((Linked) database).kvopsLink(link);
                        break;
                    }
                }
            }
        }
    }

    /** close and closeE, before they free anything. */
    static final class Close {
        private Close() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.This Object database) {
            Link link = ((Linked) database).kvopsLink();
            if (link != null) {
                link.closing();
            }
        }
    }

    /** Body of {@link Measured#kvopsMeasure}: a property, the sum of one over all column families, or a ticker. */
    static final class Measure {
        private Measure() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This RocksDB database,
                @Advice.Argument(0) String what,
                @Advice.Argument(1) @Nullable Object owned,
                @Advice.Return(readOnly = false) double value)
                throws RocksDBException {
            if (what.startsWith("ticker:")) {
                value = owned == null
                        ? Double.NaN
                        : ((Statistics) owned).getTickerCount(TickerType.valueOf(what.substring(7)));
            } else if (what.startsWith("sum:")) {
                value = database.getAggregatedLongProperty(what.substring(4));
            } else if (what.startsWith("text:")) {
                value = Double.parseDouble(database.getProperty(what.substring(5)));
            } else if (what.equals("sequence")) {
                value = database.getLatestSequenceNumber();
            } else {
                value = database.getLongProperty(what);
            }
        }
    }

    /** Reads that return the value, or null. */
    static final class ReadBytes {
        private ReadBytes() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @DataArgument.OpName String name,
                @DataArgument.Key @Nullable Object key,
                @DataArgument.KeyOffset int offset,
                @DataArgument.KeyLength int length) {
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link == null ? 0 : link.endpoint();
                op.command = name;
                op.key = key instanceof ByteBuffer ? Words.copy((ByteBuffer) key) : key;
                op.keyOffset = offset;
                op.keyLength = length == 0 ? -1 : length;
                op.start();
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.Enter @Nullable Op op,
                @Advice.Return @Nullable Object value,
                @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                if (value == null) {
                    op.outcome = Op.MISS;
                } else if (value instanceof byte[]) {
                    op.bytesIn = ((byte[]) value).length;
                } else if (value instanceof List) {
                    op.bytesIn = Words.bytes(value);
                }
                op.end(thrown);
            }
        }
    }

    /** Reads into a buffer of the caller's, which return the value's length, or -1. */
    static final class ReadLength {
        private ReadLength() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @DataArgument.OpName String name,
                @DataArgument.Key @Nullable Object key,
                @DataArgument.KeyOffset int offset,
                @DataArgument.KeyLength int length) {
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link == null ? 0 : link.endpoint();
                op.command = name;
                op.key = key instanceof ByteBuffer ? Words.copy((ByteBuffer) key) : key;
                op.keyOffset = offset;
                op.keyLength = length == 0 ? -1 : length;
                op.start();
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.Enter @Nullable Op op,
                @Advice.Return int valueLength,
                @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                if (valueLength < 0) {
                    op.outcome = Op.MISS;
                } else {
                    op.bytesIn = valueLength;
                }
                op.end(thrown);
            }
        }
    }

    /** Reads of a transaction into a buffer of the caller's, which return a GetStatus. */
    static final class ReadStatus {
        private ReadStatus() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @DataArgument.OpName String name,
                @DataArgument.Key @Nullable Object key) {
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link == null ? 0 : link.endpoint();
                op.command = name;
                op.key = key instanceof ByteBuffer ? Words.copy((ByteBuffer) key) : key;
                op.start();
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.Enter @Nullable Op op,
                @Advice.Return @Nullable GetStatus status,
                @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                if (status != null && status.status.getCode() == Status.Code.NotFound) {
                    op.outcome = Op.MISS;
                } else if (status != null) {
                    op.bytesIn = status.requiredSize;
                }
                op.end(thrown);
            }
        }
    }

    /** All that returns nothing of interest. */
    static final class Write {
        private Write() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @DataArgument.OpName String name,
                @DataArgument.Key @Nullable Object key,
                @DataArgument.KeyOffset int offset,
                @DataArgument.KeyLength int length,
                @DataArgument.Value @Nullable Object value,
                @DataArgument.ValueLength int valueLength) {
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link == null ? 0 : link.endpoint();
                op.command = name;
                op.key = key instanceof ByteBuffer ? Words.copy((ByteBuffer) key) : key;
                op.keyOffset = offset;
                op.keyLength = length == 0 ? -1 : length;
                op.bytesOut = valueLength == 0 ? Words.length(value) : valueLength;
                op.start();
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter @Nullable Op op, @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                op.end(thrown);
            }
        }
    }

    /** RocksDB.write: one operation, whatever is in the batch. */
    static final class WriteAll {
        private WriteAll() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @DataArgument.OpName String name,
                @Advice.Argument(1) Object batch) {
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link == null ? 0 : link.endpoint();
                op.command = name;
                if (batch instanceof WriteBatch) {
                    op.bytesOut = ((WriteBatch) batch).getDataSize();
                }
                op.start();
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter @Nullable Op op, @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                op.end(thrown);
            }
        }
    }

    /** The constructor of a transaction: it belongs where its database is. */
    static final class Begin {
        private Begin() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(
                @Advice.Argument(0) @Nullable Object database,
                @Advice.FieldValue(value = "kvops$link", readOnly = false) @Nullable Link link) {
            if (database instanceof Linked) {
                link = ((Linked) database).kvopsLink();
            }
        }
    }

    /** An iterator's seek in all forms. */
    static final class Seek {
        private Seek() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @DataArgument.OpName String name,
                @DataArgument.Key @Nullable Object key) {
            if (link == null) {
                return null; // over something in memory
            }
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link.endpoint();
                op.command = name;
                op.key = key instanceof ByteBuffer ? Words.copy((ByteBuffer) key) : key;
                op.start();
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter @Nullable Op op, @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                op.end(thrown);
            }
        }
    }

    /** An iterator's next and prev: some 100 ns each, so only one in 16 is timed; all are counted. */
    static final class Step {
        private Step() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(
                @Advice.FieldValue("kvops$link") @Nullable Link link, @DataArgument.OpName String name) {
            if (link == null) {
                return null; // over something in memory
            }
            Op op = Probes.begin();
            if (op != null) {
                op.endpoint = link.endpoint();
                op.command = name;
                op.startSampled(16);
            }
            return op;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter @Nullable Op op, @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                op.end(thrown);
            }
        }
    }
}
