/**
 * Rules over metrics and the alerts that come of them. {@link io.kvops.rules.Alerts} is the whole: it takes samples from any
 * thread, evaluates the rules of a {@link io.kvops.rules.RuleFile} on a thread of its own ({@code kvops-rules}), and tells
 * notifiers, each on its own thread ({@code kvops-notify-NAME}). {@link io.kvops.rules.Expression} and
 * {@link io.kvops.rules.Calendar} serve whoever else decides by metrics and time.
 *
 * <p>Semantics are those of Prometheus and Alertmanager; README.md lists what is more than theirs.
 */
@NullMarked
package io.kvops.rules;

import org.jspecify.annotations.NullMarked;
