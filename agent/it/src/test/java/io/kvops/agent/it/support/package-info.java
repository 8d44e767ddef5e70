/** What integration tests share: child JVMs under the agent, and a collector that keeps frames in memory. */
package io.kvops.agent.it.support;
