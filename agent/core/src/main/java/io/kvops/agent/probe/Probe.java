package io.kvops.agent.probe;

import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;

/**
 * How one library is instrumented. An implementation has a public constructor without parameters, a line in {@code
 * META-INF/services/io.kvops.agent.probe.Probe}, and its class names in the table {@code ProbedClasses} of agent/boot,
 * which premain checks without loading a probe.
 */
public interface Probe {
    /** Internal names of the classes to instrument, as {@code redis/clients/jedis/Connection}. */
    String[] classNames();

    /**
     * Adds advice, and fields if need be, to a class that is being loaded for the first time.
     *
     * @param builder redefines the class; return it as it is to leave the class alone
     * @param type the class, described from its bytes; never loaded
     * @param weaving makes advice
     */
    DynamicType.Builder<?> instrument(DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving);
}
