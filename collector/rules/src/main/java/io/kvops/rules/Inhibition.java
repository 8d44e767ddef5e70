package io.kvops.rules;

import java.util.List;

/**
 * While an alert fires that is a source, targets with the same values of the equal labels are not told. As in Alertmanager, an alert
 * that is both does not silence itself.
 */
record Inhibition(List<Matcher> source, List<Matcher> target, List<String> equal) {
    boolean mutes(Labels source, Labels target) {
        return Matcher.all(this.target, target)
                && Matcher.all(this.source, source)
                && !(Matcher.all(this.source, target) && Matcher.all(this.target, source))
                && equal.stream().allMatch(name -> source.get(name).equals(target.get(name)));
    }
}
