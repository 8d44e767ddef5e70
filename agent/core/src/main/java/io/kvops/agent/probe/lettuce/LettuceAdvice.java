package io.kvops.agent.probe.lettuce;

import io.kvops.agent.boot.Arguments;
import io.kvops.agent.boot.Carrier;
import io.kvops.agent.boot.Link;
import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Probes;
import io.kvops.agent.boot.Words;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StreamingOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Queue;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * What is inlined into Lettuce. A command object is wrapped and written as often as need be, but what is inside all wrappers is
 * one {@code Command} per call: it carries the operation, from the dispatch to whatever ends it first.
 */
final class LettuceAdvice {
    private LettuceAdvice() {}

    /** RedisChannelHandler.dispatch(RedisCommand): all kinds of commands of all kinds of connections. */
    static final class Dispatch {
        private Dispatch() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.This Object connection, @Advice.Argument(0) RedisCommand<?, ?, ?> command) {
            Object inner = CommandWrapper.unwrap(command);
            if (!(inner instanceof Carrier) || ((Carrier) inner).kvopsState() != null) {
                return;
            }
            Op op = Probes.beginAsync();
            if (op == null) {
                return;
            }
            Link link = (Link) ((Carrier) connection).kvopsState();
            if (link == null) {
                link = new Link("redis", "");
                ((Carrier) connection).kvopsState(link);
            }
            op.link = link;
            op.endpoint = link.endpoint();
            op.command = command.getType().getBytes();
            Object arguments = command.getArgs();
            if (arguments instanceof Arguments) {
                op.key = ((Arguments) arguments).kvopsKey();
                op.bytesOut = ((Arguments) arguments).kvopsValueBytes();
                if (((Arguments) arguments).kvopsBlocks()) {
                    op.command = Words.blockingName(op.command);
                }
            }
            if (command instanceof AsyncCommand && command.getClass().getName().endsWith(".TimedAsyncCommand")) {
                op.internal = true;
            }
            Object output = command.getOutput();
            if (output instanceof Carrier) {
                ((Carrier) output).kvopsState(op);
            }
            ((Carrier) inner).kvopsState(op);
            op.start();
        }
    }

    /** RedisChannelHandler.dispatch(Collection). */
    static final class DispatchAll {
        private DispatchAll() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.This Object connection, @Advice.Argument(0) Collection<?> commands) {
            Link link = (Link) ((Carrier) connection).kvopsState();
            if (link == null) {
                link = new Link("redis", "");
                ((Carrier) connection).kvopsState(link);
            }
            for (Object each : commands) {
                RedisCommand<?, ?, ?> command = (RedisCommand<?, ?, ?>) each;
                Object inner = CommandWrapper.unwrap(command);
                if (!(inner instanceof Carrier) || ((Carrier) inner).kvopsState() != null) {
                    continue;
                }
                Op op = Probes.beginAsync();
                if (op == null) {
                    return;
                }
                op.link = link;
                op.endpoint = link.endpoint();
                op.command = command.getType().getBytes();
                Object arguments = command.getArgs();
                if (arguments instanceof Arguments) {
                    op.key = ((Arguments) arguments).kvopsKey();
                    op.bytesOut = ((Arguments) arguments).kvopsValueBytes();
                    if (((Arguments) arguments).kvopsBlocks()) {
                        op.command = Words.blockingName(op.command);
                    }
                }
                Object output = command.getOutput();
                if (output instanceof Carrier) {
                    ((Carrier) output).kvopsState(op);
                }
                ((Carrier) inner).kvopsState(op);
                op.start();
            }
        }
    }

    /** CommandHandler.addToStack: written to a channel, so it is known where to; a SELECT changes that for what follows. */
    static final class Written {
        private Written() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.This Object handler,
                @Advice.FieldValue("channel") @Nullable Channel channel,
                @Advice.Argument(0) RedisCommand<?, ?, ?> command) {
            Link link = (Link) ((Carrier) handler).kvopsState();
            if (link == null) {
                SocketAddress address = channel == null ? null : channel.remoteAddress();
                if (address == null) {
                    return;
                }
                link = new Link(
                        "redis",
                        address instanceof InetSocketAddress
                                ? ((InetSocketAddress) address).getHostString() + ":"
                                        + ((InetSocketAddress) address).getPort()
                                : address.toString());
                ((Carrier) handler).kvopsState(link);
            }
            Object inner = CommandWrapper.unwrap(command);
            Object state = inner instanceof Carrier ? ((Carrier) inner).kvopsState() : null;
            if (state instanceof Op) {
                Op op = (Op) state;
                op.endpoint = link.endpoint();
                if (op.link != null) {
                    op.link.adopt(op.endpoint);
                }
            } else if (inner instanceof Carrier
                    && Words.isHandshake(command.getType().getBytes())) {
                // no connection dispatched it: the client itself did, to set this one up
                Op op = Probes.beginAsync();
                if (op != null) {
                    op.internal = true;
                    op.endpoint = link.endpoint();
                    op.command = command.getType().getBytes();
                    ((Carrier) inner).kvopsState(op);
                    op.start();
                }
            }
            CommandArgs<?, ?> arguments = command.getArgs();
            if (arguments != null && Words.isSelect(command.getType().getBytes())) {
                link.select(Words.number(arguments.toCommandString()));
            }
        }
    }

    /** AsyncCommand.completeResult: before the caller's future completes, so that what hangs on it is not in the latency. */
    static final class CompleteResult {
        private CompleteResult() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.This RedisCommand<?, ?, ?> command) {
            CommandOutput<?, ?, ?> output = command.getOutput();
            if (output != null && output.hasError()) {
                return;
            }
            Object inner = CommandWrapper.unwrap(command);
            Object state = inner instanceof Carrier ? ((Carrier) inner).kvopsState() : null;
            if (state instanceof Op) {
                ((Op) state).outcome = output != null && output.get() == null ? Op.MISS : Op.OK;
                ((Op) state).end(null);
            }
        }
    }

    /** AsyncCommand.await(long, TimeUnit): a cancellation that follows is the end of the caller's patience. */
    static final class Await {
        private Await() {}

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.This RedisCommand<?, ?, ?> command, @Advice.Return boolean done) {
            if (!done) {
                Object inner = CommandWrapper.unwrap(command);
                Object state = inner instanceof Carrier ? ((Carrier) inner).kvopsState() : null;
                if (state instanceof Op) {
                    ((Op) state).outcome = Op.TIMEOUT;
                }
            }
        }
    }

    /** Command.complete: what reactive commands come to first; for all others it is over by now. */
    static final class Complete {
        private Complete() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.FieldValue("kvops$state") @Nullable Object state,
                @Advice.FieldValue("output") @Nullable CommandOutput<?, ?, ?> output) {
            if (!(state instanceof Op)) {
                return;
            }
            Op op = (Op) state;
            if (output != null && output.hasError()) {
                op.outcome = Op.ERROR;
                op.error = "RedisCommandExecutionException";
                op.end(null);
            } else {
                op.outcome = output != null && !(output instanceof StreamingOutput) && output.get() == null
                        ? Op.MISS
                        : Op.OK;
                op.end(null);
            }
        }
    }

    /** Command.completeExceptionally. */
    static final class Fail {
        private Fail() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.FieldValue("kvops$state") @Nullable Object state, @Advice.Argument(0) Throwable failure) {
            if (state instanceof Op) {
                ((Op) state).end(failure);
            }
        }
    }

    /** Command.cancel. */
    static final class Cancel {
        private Cancel() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.FieldValue("kvops$state") @Nullable Object state) {
            if (state instanceof Op) {
                Op op = (Op) state;
                if (op.outcome != Op.TIMEOUT) {
                    op.outcome = Op.CANCELLED;
                }
                op.end(null);
            }
        }
    }

    /** MultiOutput.cancel: a DISCARD completes the commands of the transaction as if they had run. */
    static final class Discard {
        private Discard() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.FieldValue("queue") Queue<RedisCommand<?, ?, ?>> commands) {
            for (RedisCommand<?, ?, ?> command : commands) {
                Object inner = CommandWrapper.unwrap(command);
                Object state = inner instanceof Carrier ? ((Carrier) inner).kvopsState() : null;
                if (state instanceof Op) {
                    ((Op) state).outcome = Op.CANCELLED;
                    ((Op) state).end(null);
                }
            }
        }
    }

    /** MultiOutput.complete(int): at depth 0, what is left got no reply: the EXEC was refused because of a WATCH. */
    static final class ExecDone {
        private ExecDone() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(0) int depth, @Advice.FieldValue("queue") Queue<RedisCommand<?, ?, ?>> commands) {
            if (depth != 0) {
                return;
            }
            for (RedisCommand<?, ?, ?> command : commands) {
                Object inner = CommandWrapper.unwrap(command);
                Object state = inner instanceof Carrier ? ((Carrier) inner).kvopsState() : null;
                if (state instanceof Op) {
                    ((Op) state).outcome = Op.CANCELLED;
                    ((Op) state).end(null);
                }
            }
        }
    }

    /** RedisStateMachine.safeSet(CommandOutput, ByteBuffer, ...): a value came in. */
    static final class Received {
        private Received() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.Argument(0) @Nullable Object output, @Advice.Argument(1) @Nullable ByteBuffer bytes) {
            if (bytes != null && output instanceof Carrier) {
                Object state = ((Carrier) output).kvopsState();
                if (state instanceof Op) {
                    ((Op) state).bytesIn += bytes.remaining();
                }
            }
        }
    }

    /** CommandArgs.addKey. */
    static final class AddKey {
        private AddKey() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(0) @Nullable Object key,
                @Advice.FieldValue(value = "kvops$key", readOnly = false) @Nullable Object first) {
            if (first == null) {
                first = key instanceof ByteBuffer ? Words.copy((ByteBuffer) key) : key;
            }
        }
    }

    /** CommandArgs.addValue. */
    static final class AddValue {
        private AddValue() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(0) @Nullable Object value,
                @Advice.FieldValue(value = "kvops$bytes", readOnly = false) long bytes) {
            bytes += Words.length(value);
        }
    }

    /** CommandArgs.add(CommandKeyword): XREAD waits only with BLOCK. */
    static final class AddKeyword {
        private AddKeyword() {}

        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(0) CommandKeyword keyword,
                @Advice.FieldValue(value = "kvops$blocks", readOnly = false) boolean blocks) {
            if (keyword == CommandKeyword.BLOCK) {
                blocks = true;
            }
        }
    }
}
