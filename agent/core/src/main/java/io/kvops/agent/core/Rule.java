package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.Recorder;
import io.kvops.agent.boot.RuleCalls;
import io.kvops.agent.boot.RuleSpec;
import io.kvops.agent.probe.Weaving;
import java.util.concurrent.CompletionStage;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import org.jspecify.annotations.Nullable;

/** One rule, and how it instruments a class. Any thread. */
final class Rule {
    private final RuleSpec spec;
    private volatile boolean matchedMethod;
    private volatile int endpoint;

    Rule(RuleSpec spec) {
        this.spec = spec;
    }

    RuleSpec spec() {
        return spec;
    }

    void use(Recorder recorder) {
        endpoint = recorder.endpoint(spec.store(), spec.where());
    }

    boolean matchedMethod() {
        return matchedMethod;
    }

    boolean matches(TypeDescription type) {
        if (type.getName().equals(spec.targetName())) {
            return true;
        }
        try {
            return spec.isInterface()
                    && ElementMatchers.hasSuperType(ElementMatchers.named(spec.targetName()))
                            .matches(type);
        } catch (RuntimeException e) {
            return false; // a type above it cannot be found: the class will not load either
        }
    }

    /** Adds advice to all methods that the rule means; what does not fit the rule is logged and left as it is. */
    DynamicType.Builder<?> instrument(
            DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving, AgentLog log) {
        DynamicType.Builder<?> result = builder;
        boolean any = false;
        for (MethodDescription.InDefinedShape method : type.getDeclaredMethods()) {
            if (means(method)) {
                any = true;
                String problem = problem(method);
                if (problem == null) {
                    matchedMethod = true;
                    result = result.visit(weaving.advice(mapping(), RuleAdvice.class, ElementMatchers.is(method)));
                } else {
                    log.line("rule=" + spec.text() + ": " + problem + "; " + method + " is left as it is");
                }
            }
        }
        if (!any && !spec.isInterface()) {
            log.line("rule=" + spec.text() + ": " + type.getName() + " has no such method with code");
        }
        return result;
    }

    private boolean means(MethodDescription.InDefinedShape method) {
        if (!method.getName().equals(spec.method())
                || method.isAbstract()
                || method.isNative()
                || method.isBridge()
                || !method.isMethod()) {
            return false;
        }
        if (spec.parameterCount() >= 0 && method.getParameters().size() != spec.parameterCount()) {
            return false;
        }
        String[] types = spec.parameterTypes();
        for (int i = 0; types != null && i < types.length; i++) {
            TypeDescription type = method.getParameters().get(i).getType().asErasure();
            if (!types[i].equals(type.getActualName()) && !types[i].equals(type.getSimpleName())) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String problem(MethodDescription.InDefinedShape method) {
        int parameters = method.getParameters().size();
        if (spec.opArgument() >= parameters) {
            return "op:arg:" + spec.opArgument() + " names no argument of";
        }
        if (!spec.value().isEmpty() && !spec.value().equals("return") && Integer.parseInt(spec.value()) >= parameters) {
            return "value:" + spec.value() + " names no argument of";
        }
        if (spec.future() && !method.getReturnType().asErasure().isAssignableTo(CompletionStage.class)) {
            return "future needs a CompletionStage as result";
        }
        return spec.key().isEmpty() ? null : ArgumentPath.problem(spec.key(), method);
    }

    private Advice.WithCustomMapping mapping() {
        int flags = (spec.value().equals("return") ? RuleCalls.RETURNS_VALUE : 0)
                | (spec.missOnNull() ? RuleCalls.MISS_ON_NULL : 0)
                | (spec.future() ? RuleCalls.FUTURE : 0);
        String sent = spec.value().equals("return") ? "" : spec.value();
        Advice.WithCustomMapping mapping = Advice.withCustomMapping()
                .bind(RuleAdvice.Endpoint.class, endpoint)
                .bind(RuleAdvice.Flags.class, flags)
                .bind(new Advice.OffsetMapping.Factory.Simple<>(RuleAdvice.Key.class, new ArgumentPath(spec.key())))
                .bind(new Advice.OffsetMapping.Factory.Simple<>(RuleAdvice.Sent.class, new ArgumentPath(sent)));
        return spec.opArgument() >= 0
                ? mapping.bind(new Advice.OffsetMapping.Factory.Simple<>(
                        RuleAdvice.Name.class, new ArgumentPath(Integer.toString(spec.opArgument()))))
                : mapping.bind(RuleAdvice.Name.class, spec.op());
    }
}
