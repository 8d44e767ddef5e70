package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.RuleSpec;
import io.kvops.agent.probe.Weaving;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;

/** The rules for code of the user's own. */
final class RuleSet {
    private final RuleSpec[] rules;
    private final boolean hasInterfaces;

    RuleSet(RuleSpec[] rules) {
        this.rules = rules.clone();
        boolean interfaces = false;
        for (RuleSpec rule : rules) {
            interfaces |= rule.isInterface();
        }
        hasInterfaces = interfaces;
    }

    /** True if a class of this name has to be looked at. */
    boolean mayMatch(String name) {
        if (hasInterfaces) {
            return true;
        }
        for (RuleSpec rule : rules) {
            if (rule.targetName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    DynamicType.Builder<?> instrument(
            DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving, AgentLog log) {
        return builder;
    }
}
