/**
 * A fleet of simulated agents, and the scenarios in which a real collector serves it. Entries: {@link
 * io.kvops.benchmarks.fleet.FleetCommand} and {@link io.kvops.benchmarks.fleet.Scenarios}, both programs. An agent belongs
 * to one event loop, {@code fleet-N}.
 */
@NullMarked
package io.kvops.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;
