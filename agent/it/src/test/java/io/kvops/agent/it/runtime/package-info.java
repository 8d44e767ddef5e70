/** The agent as a whole in child JVMs, with code of the user's own instead of clients. */
package io.kvops.agent.it.runtime;
