package io.kvops.agent.probe;

import io.kvops.agent.boot.Probes;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.implementation.bytecode.member.MethodInvocation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/** Makes advice for one class that is being instrumented. Lives as long as that. */
public final class Weaving {
    /** What suppressed advice does with its exception: it is counted, see {@link Probes#suppressed}. */
    private static final Advice.ExceptionHandler SUPPRESSED = new Advice.ExceptionHandler.Simple(suppressed());

    private final TypePool types;
    private final ClassFileLocator classFiles;

    /**
     * @param types describes types of the agent and of the library
     * @param classFiles finds the advice's class files
     */
    public Weaving(TypePool types, ClassFileLocator classFiles) {
        this.types = types;
        this.classFiles = classFiles;
    }

    /**
     * Inlines advice into methods. The advice class itself is never linked, so it may name types of the library. Give its
     * methods {@code suppress = Throwable.class}.
     */
    public AsmVisitorWrapper advice(Class<?> advice, ElementMatcher<? super MethodDescription> methods) {
        return advice(Advice.withCustomMapping(), advice, methods);
    }

    /** The same, with further annotations bound. */
    public AsmVisitorWrapper advice(
            Advice.WithCustomMapping mapping, Class<?> advice, ElementMatcher<? super MethodDescription> methods) {
        return mapping.to(types.describe(advice.getName()).resolve(), classFiles)
                .withExceptionHandler(SUPPRESSED)
                .on(methods);
    }

    private static StackManipulation suppressed() {
        try {
            return MethodInvocation.invoke(
                    new MethodDescription.ForLoadedMethod(Probes.class.getMethod("suppressed", Throwable.class)));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }
}
