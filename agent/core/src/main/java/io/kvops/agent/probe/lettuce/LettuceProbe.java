package io.kvops.agent.probe.lettuce;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.kvops.agent.boot.Arguments;
import io.kvops.agent.boot.Carrier;
import io.kvops.agent.probe.Probe;
import io.kvops.agent.probe.Weaving;
import java.nio.ByteBuffer;
import java.util.Collection;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FieldAccessor;

/** Lettuce 6.0.0 to 7.7.0: synchronous, asynchronous and reactive commands, pipelines, transactions, clusters. */
public final class LettuceProbe implements Probe {
    private static final String PACKAGE = "io/lettuce/core/";
    private static final String REDIS_COMMAND = "io.lettuce.core.protocol.RedisCommand";
    private static final String STATE = "kvops$state";

    @Override
    public String[] classNames() {
        return new String[] {
            PACKAGE + "RedisChannelHandler",
            PACKAGE + "protocol/Command",
            PACKAGE + "protocol/AsyncCommand",
            PACKAGE + "protocol/CommandArgs",
            PACKAGE + "protocol/CommandHandler",
            PACKAGE + "protocol/RedisStateMachine",
            PACKAGE + "output/CommandOutput",
            PACKAGE + "output/MultiOutput",
        };
    }

    @Override
    public DynamicType.Builder<?> instrument(DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving) {
        switch (type.getInternalName().substring(PACKAGE.length())) {
            case "RedisChannelHandler":
                return carrier(builder)
                        .visit(weaving.advice(
                                LettuceAdvice.Dispatch.class,
                                named("dispatch").and(takesArguments(1)).and(takesArgument(0, named(REDIS_COMMAND)))))
                        .visit(weaving.advice(
                                LettuceAdvice.DispatchAll.class,
                                named("dispatch").and(takesArguments(1)).and(takesArgument(0, Collection.class))));
            case "protocol/Command":
                return carrier(builder)
                        .visit(weaving.advice(
                                LettuceAdvice.Complete.class, named("complete").and(takesNoArguments())))
                        .visit(weaving.advice(LettuceAdvice.Fail.class, named("completeExceptionally")))
                        .visit(weaving.advice(
                                LettuceAdvice.Cancel.class, named("cancel").and(takesNoArguments())));
            case "protocol/AsyncCommand":
                return builder.visit(weaving.advice(
                                LettuceAdvice.CompleteResult.class,
                                named("completeResult").and(takesNoArguments())))
                        .visit(weaving.advice(
                                LettuceAdvice.Await.class, named("await").and(takesArguments(2))));
            case "protocol/CommandArgs":
                return arguments(builder, weaving);
            case "protocol/CommandHandler":
                return carrier(builder)
                        .visit(weaving.advice(
                                LettuceAdvice.Written.class,
                                named("addToStack").and(takesArgument(0, named(REDIS_COMMAND)))));
            case "protocol/RedisStateMachine":
                return builder.visit(weaving.advice(
                        LettuceAdvice.Received.class, named("safeSet").and(takesArgument(1, ByteBuffer.class))));
            case "output/MultiOutput":
                return builder.visit(weaving.advice(
                                LettuceAdvice.Discard.class, named("cancel").and(takesNoArguments())))
                        .visit(weaving.advice(
                                LettuceAdvice.ExecDone.class, named("complete").and(takesArgument(0, int.class))));
            default:
                return carrier(builder);
        }
    }

    private static DynamicType.Builder<?> carrier(DynamicType.Builder<?> builder) {
        return builder.implement(Carrier.class)
                .defineField(STATE, Object.class, Visibility.PRIVATE)
                .defineMethod("kvopsState", Object.class, Visibility.PUBLIC)
                .intercept(FieldAccessor.ofField(STATE))
                .defineMethod("kvopsState", void.class, Visibility.PUBLIC)
                .withParameters(Object.class)
                .intercept(FieldAccessor.ofField(STATE));
    }

    private static DynamicType.Builder<?> arguments(DynamicType.Builder<?> builder, Weaving weaving) {
        return builder.implement(Arguments.class)
                .defineField("kvops$key", Object.class, Visibility.PRIVATE)
                .defineField("kvops$bytes", long.class, Visibility.PRIVATE)
                .defineField("kvops$blocks", boolean.class, Visibility.PRIVATE)
                .defineMethod("kvopsKey", Object.class, Visibility.PUBLIC)
                .intercept(FieldAccessor.ofField("kvops$key"))
                .defineMethod("kvopsValueBytes", long.class, Visibility.PUBLIC)
                .intercept(FieldAccessor.ofField("kvops$bytes"))
                .defineMethod("kvopsBlocks", boolean.class, Visibility.PUBLIC)
                .intercept(FieldAccessor.ofField("kvops$blocks"))
                .visit(weaving.advice(
                        LettuceAdvice.AddKey.class, named("addKey").and(takesArguments(1))))
                .visit(weaving.advice(
                        LettuceAdvice.AddValue.class, named("addValue").and(takesArguments(1))))
                .visit(weaving.advice(
                        LettuceAdvice.AddKeyword.class,
                        named("add").and(takesArgument(0, named("io.lettuce.core.protocol.CommandKeyword")))));
    }
}
