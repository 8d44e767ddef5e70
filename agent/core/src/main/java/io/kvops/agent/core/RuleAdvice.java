package io.kvops.agent.core;

import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.RuleCalls;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** What a rule inlines into a method. The parameters are bound by {@link Rule}. */
final class RuleAdvice {
    private RuleAdvice() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static @Nullable Op enter(
            @Endpoint int endpoint,
            @Flags int flags,
            @Name Object name,
            @Key @Nullable Object key,
            @Sent @Nullable Object sent) {
        Op op = RuleCalls.begin(flags);
        if (op != null) {
            op.endpoint = endpoint;
            op.command = name;
            op.key = key;
            op.bytesOut = RuleCalls.size(sent);
            op.start();
        }
        return op;
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
    static void exit(
            @Advice.Enter @Nullable Op op,
            @Flags int flags,
            @Advice.Thrown @Nullable Throwable thrown,
            @Advice.Return(typing = Assigner.Typing.DYNAMIC) @Nullable Object result) {
        if (op != null) {
            RuleCalls.end(op, thrown, result, flags);
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Endpoint {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Flags {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Name {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Key {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Sent {}
}
