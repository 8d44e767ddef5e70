package io.kvops.rules;

import java.time.Instant;

/**
 * One thing that happened to an alert.
 *
 * @param at when
 * @param alert as it was then
 * @param from the state before; the same as the alert's where it was told, or could not be
 * @param what pending, firing, resolved, inactive (pending no more), told, not told
 * @param details in one line: the value, or who was told; empty if there is nothing to say
 */
public record AlertEvent(Instant at, Alert alert, Alert.State from, String what, String details) {}
