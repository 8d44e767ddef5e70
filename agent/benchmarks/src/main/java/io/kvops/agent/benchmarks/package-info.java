/**
 * What the agent costs an application, beside no agent, two bare clock reads and a peer. {@link
 * io.kvops.agent.benchmarks.Bench} is the program; the README says how to run it and what came out.
 */
@NullMarked
package io.kvops.agent.benchmarks;

import org.jspecify.annotations.NullMarked;
