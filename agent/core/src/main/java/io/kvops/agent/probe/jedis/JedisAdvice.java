package io.kvops.agent.probe.jedis;

import io.kvops.agent.boot.Described;
import io.kvops.agent.boot.Link;
import io.kvops.agent.boot.Linked;
import io.kvops.agent.boot.Measured;
import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Opened;
import io.kvops.agent.boot.Probes;
import io.kvops.agent.boot.Words;
import java.net.Socket;
import java.util.ArrayList;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.Pool;

/**
 * What is inlined into Jedis. A command is either executed, which is one call until its reply, or sent, and its reply read
 * later: then the connection's {@link Link} keeps it.
 */
final class JedisAdvice {
    private JedisAdvice() {}

    /** Body of {@link Described#kvopsDescribe} in CommandArguments. */
    @SuppressWarnings("NonApiType") // the type of the library's field
    static final class Describe {
        private Describe() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(0) Op op,
                @Advice.FieldValue("args") ArrayList<Rawable> words,
                @Advice.FieldValue("blocking") boolean blocking) {
            Object command = words.get(0).getRaw();
            if (blocking) {
                command = Words.blockingName(command);
            }
            op.command = command;
            int size = words.size();
            int at = Probes.keyIndex(command);
            if (at == Integer.MIN_VALUE) {
                at = 0;
                for (int i = 1; i < size - 1 && at == 0; i++) {
                    if (Words.beforeKey(words.get(i).getRaw())) {
                        at = i + 1;
                    }
                }
            } else if (at < 0) {
                at = -at < size && Words.number(words.get(-at).getRaw()) > 0 ? 1 - at : 0;
            }
            if (at > 0 && at < size) {
                op.key = words.get(at).getRaw();
                long bytes = 0;
                for (int i = at + 1; i < size; i++) {
                    bytes += words.get(i).getRaw().length;
                }
                op.bytesOut = bytes;
            }
        }
    }

    /** Body of {@link Described#kvopsDatabase} in CommandArguments. */
    @SuppressWarnings({"NonApiType", "UnusedVariable"}) // the type of the library's field; assigned, once inlined
    static final class Database {
        private Database() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(
                @Advice.FieldValue("args") ArrayList<Rawable> words, @Advice.Return(readOnly = false) int database) {
            database = words.size() > 1 ? Words.number(words.get(1).getRaw()) : 0;
        }
    }

    /** Body of {@link Linked#kvopsLink} in Connection. */
    @SuppressWarnings("UnusedVariable") // assigned, once inlined
    static final class MakeLink {
        private MakeLink() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(
                @Advice.FieldValue(value = "kvops$link", readOnly = false) @Nullable Link link,
                @Advice.FieldValue("socketFactory") JedisSocketFactory factory,
                @Advice.FieldValue("socket") @Nullable Socket socket,
                @Advice.Return(readOnly = false) @Nullable Link result) {
            if (link == null) {
                String where = factory instanceof DefaultJedisSocketFactory
                        ? ((DefaultJedisSocketFactory) factory).getHostAndPort().toString()
                        : factory == null ? "unknown" : factory.getClass().getSimpleName();
                link = new Link("redis", where);
            }
            link.over(socket);
            result = link;
        }
    }

    /** Connection.executeCommand(CommandObject). */
    static final class ConnectionObject {
        private ConnectionObject() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(@Advice.This Object connection, @Advice.Argument(0) CommandObject<?> command) {
            return Probes.execute((Linked) connection, (Described) (Object) command.getArguments());
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.This Object connection,
                @Advice.Enter @Nullable Op op,
                @Advice.Thrown @Nullable Throwable thrown) {
            Probes.executed((Linked) connection, op, thrown);
        }
    }

    /** Connection.executeCommand(CommandArguments). */
    static final class ConnectionArguments {
        private ConnectionArguments() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(@Advice.This Object connection, @Advice.Argument(0) CommandArguments command) {
            return Probes.execute((Linked) connection, (Described) (Object) command);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.This Object connection,
                @Advice.Argument(0) CommandArguments command,
                @Advice.Enter @Nullable Op op,
                @Advice.Thrown @Nullable Throwable thrown) {
            if (op != null) {
                if (thrown == null && Words.isSelect(op.command)) {
                    ((Linked) connection).kvopsLink().select(((Described) (Object) command).kvopsDatabase());
                }
                Probes.executed((Linked) connection, op, thrown);
            }
        }
    }

    /** An executor's executeCommand(CommandObject): the caller's call, with the wait for a connection and all attempts. */
    static final class ExecuteObject {
        private ExecuteObject() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(@Advice.Argument(0) CommandObject<?> command) {
            Op op = Probes.begin();
            if (op != null) {
                ((Described) (Object) command.getArguments()).kvopsDescribe(op);
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

    /** Connection.sendCommand(CommandArguments): inside an execution it is part of that. */
    static final class Send {
        private Send() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Link enter(
                @Advice.This Object connection,
                @Advice.FieldValue("kvops$link") @Nullable Link link,
                @Advice.Argument(0) CommandArguments command) {
            return link != null && link.open() != null
                    ? null
                    : Probes.send((Linked) connection, (Described) (Object) command);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter @Nullable Link link, @Advice.Thrown @Nullable Throwable thrown) {
            if (link != null && thrown != null) {
                link.broken(thrown);
            }
        }
    }

    /** Connection.readProtocolWithCheckingBroken(): every reply passes here. */
    static final class Read {
        private Read() {}

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.This Object connection,
                @Advice.Return @Nullable Object reply,
                @Advice.Thrown @Nullable Throwable thrown) {
            Probes.read((Linked) connection, reply, thrown, thrown == null || thrown instanceof JedisDataException);
        }
    }

    /** Connection.getMany: the replies of a pipeline or of a transaction's commands. */
    static final class ReadMany {
        private ReadMany() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Link enter(@Advice.This Object connection) {
            if (Probes.current() != null) {
                return null;
            }
            Link link = ((Linked) connection).kvopsLink();
            link.beginBatch();
            return link;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter @Nullable Link link, @Advice.Thrown @Nullable Throwable thrown) {
            if (link != null) {
                link.endBatch(thrown);
            }
        }
    }

    /** Connection.disconnect. */
    static final class Disconnect {
        private Disconnect() {}

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.FieldValue("kvops$link") @Nullable Link link) {
            if (link != null) {
                link.broken(null);
            }
        }
    }

    /** What Jedis does for itself. */
    static final class Internal {
        private Internal() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static boolean enter() {
            Probes.enterInternal();
            return true;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Enter boolean entered) {
            if (entered) {
                Probes.leaveInternal();
            }
        }
    }

    /** Connection.initializeFromClientConfig: may run inside an execution on the connection, and is none of it. */
    static final class SetUp {
        private SetUp() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static @Nullable Op enter(@Advice.This Object connection) {
            Probes.enterInternal();
            return ((Linked) connection).kvopsLink().open(null);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.This Object connection, @Advice.Enter @Nullable Op outer) {
            ((Linked) connection).kvopsLink().open(outer);
            Probes.leaveInternal();
        }
    }

    /** util.Pool.getResource: how long the caller waited for a connection; an internal operation of its own. */
    static final class PoolWait {
        private PoolWait() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static long enter() {
            return Probes.on() ? System.nanoTime() : 0;
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(
                @Advice.This Object pool,
                @Advice.FieldValue("kvops$link") @Nullable Link known,
                @Advice.Enter long startNanos,
                @Advice.Return @Nullable Object resource,
                @Advice.Thrown @Nullable Throwable thrown) {
            if (startNanos == 0) {
                return;
            }
            Probes.enterInternal();
            try {
                Op op = Probes.begin();
                if (op != null) {
                    Object connection = resource instanceof Jedis ? ((Jedis) resource).getConnection() : resource;
                    if (connection instanceof Linked) {
                        Link link = ((Linked) connection).kvopsLink();
                        op.endpoint = link.endpoint();
                        if (known == null) {
                            Link own = new Link("redis", link.where());
                            own.opened(Opened.add("jedis.pool", link.where(), (Measured) pool, null));
                            ((Linked) pool).kvopsLink(own);
                        }
                    }
                    op.command = "POOL_WAIT";
                    op.startAt(startNanos);
                    op.end(thrown);
                }
            } finally {
                Probes.leaveInternal();
            }
        }
    }

    /** Body of {@link Measured#kvopsMeasure} in util.Pool. */
    static final class PoolMeasure {
        private PoolMeasure() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This Pool<?> pool,
                @Advice.Argument(0) String what,
                @Advice.Return(readOnly = false) double value) {
            if (pool.isClosed()) {
                value = Double.NaN;
            } else if (what.equals("active")) {
                value = pool.getNumActive();
            } else if (what.equals("idle")) {
                value = pool.getNumIdle();
            } else if (what.equals("waiters")) {
                value = pool.getNumWaiters();
            } else {
                value = pool.getMaxTotal();
            }
        }
    }

    /** csc.CacheStats.hit: the client-side cache answered, the server saw nothing. */
    static final class CacheHit {
        private CacheHit() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter() {
            Op op = Probes.current();
            if (op != null) {
                op.command = "CACHE_HIT";
                op.internal = true;
            }
        }
    }
}
