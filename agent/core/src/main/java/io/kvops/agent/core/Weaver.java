package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.probe.Probe;
import io.kvops.agent.probe.Weaving;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Applies probes and rules to classes that are being loaded. Plain Byte Buddy and not its AgentBuilder: that costs twice as
 * much at the first class. Any thread; each call stands alone.
 */
final class Weaver {
    private final ByteBuddy byteBuddy = new ByteBuddy()
            .with(TypeValidation.DISABLED)
            .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
            .with(Implementation.Context.Disabled.Factory.INSTANCE)
            .ignore(ElementMatchers.none());
    private final Map<String, Probe> probes = new HashMap<>();
    private final RuleSet rules;
    private final AgentLog log;

    Weaver(List<Probe> allProbes, RuleSet rules, AgentLog log) {
        this.rules = rules;
        this.log = log;
        for (Probe probe : allProbes) {
            for (String name : probe.classNames()) {
                probes.put(name, probe);
            }
        }
    }

    /** @param onMatch called before anything is instrumented */
    byte @Nullable [] transform(@Nullable ClassLoader loader, String internalName, byte[] bytes, Runnable onMatch) {
        String name = internalName.replace('/', '.');
        Probe probe = probes.get(internalName);
        if (probe == null && !rules.mayMatch(name)) {
            return null;
        }
        ClassFileLocator classFiles = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(name, bytes),
                ClassFileLocator.ForClassLoader.of(Weaver.class.getClassLoader()),
                loader == null ? ClassFileLocator.NoOp.INSTANCE : ClassFileLocator.ForClassLoader.of(loader));
        TypePool types = new TypePool.Default(
                new TypePool.CacheProvider.Simple(), classFiles, TypePool.Default.ReaderMode.FAST, new BootTypes());
        TypeDescription type = types.describe(name).resolve();
        DynamicType.Builder<?> original = byteBuddy.redefine(type, classFiles);
        DynamicType.Builder<?> builder = original;
        Weaving weaving = new Weaving(types, classFiles);
        if (probe != null) {
            onMatch.run();
            builder = probe.instrument(builder, type, weaving);
        }
        for (Rule rule : rules.matching(type)) {
            onMatch.run();
            builder = rule.instrument(builder, type, weaving, log);
        }
        return builder == original ? null : builder.make().getBytes();
    }

    /** Types of the JDK and of the facade: they are loaded, so there is no class file to search and parse. */
    private static final class BootTypes extends TypePool.AbstractBase {
        BootTypes() {
            super(new TypePool.CacheProvider.Simple());
        }

        @Override
        protected Resolution doDescribe(String name) {
            if (name.startsWith("java.") || name.startsWith("io.kvops.agent.boot.")) {
                try {
                    return new Resolution.Simple(TypeDescription.ForLoadedType.of(
                            Class.forName(name, false, BootTypes.class.getClassLoader())));
                } catch (ClassNotFoundException e) {
                    return new Resolution.Illegal(name);
                }
            }
            return new Resolution.Illegal(name);
        }
    }
}
