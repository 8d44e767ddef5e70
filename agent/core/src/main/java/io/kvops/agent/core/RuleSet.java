package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.boot.Recorder;
import io.kvops.agent.boot.RuleSpec;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.description.type.TypeDescription;

/** The rules for code of the user's own. Any thread. */
final class RuleSet {
    private final List<Rule> rules = new ArrayList<>();
    private boolean hasInterfaces;

    RuleSet(RuleSpec[] specs) {
        for (RuleSpec spec : specs) {
            rules.add(new Rule(spec));
            hasInterfaces |= spec.isInterface();
        }
    }

    /** Whom the endpoints of rules are registered with. */
    void use(Recorder recorder) {
        for (Rule rule : rules) {
            rule.use(recorder);
        }
    }

    /** True if a class of this name, with dots, has to be looked at. */
    boolean mayMatch(String name) {
        if (hasInterfaces) {
            return true;
        }
        for (Rule rule : rules) {
            if (rule.spec().targetName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    List<Rule> matching(TypeDescription type) {
        List<Rule> matching = new ArrayList<>(0);
        for (Rule rule : rules) {
            if (rule.matches(type)) {
                matching.add(rule);
            }
        }
        return matching;
    }

    /** Logs the rules that matched no method yet; returns how many. */
    long reportUnmatched(AgentLog log) {
        long unmatched = 0;
        for (Rule rule : rules) {
            if (!rule.matchedMethod()) {
                unmatched++;
                log.line("rule=" + rule.spec().text() + ": matched no method within a minute; is the class used, and is"
                        + " the name right?");
            }
        }
        return unmatched;
    }
}
