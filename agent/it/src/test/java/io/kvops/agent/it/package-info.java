/**
 * Real clients, several versions of each, under the real agent's jar. A scenario is a small program against a client's API; it
 * is compiled for each version and run in a JVM of its own, where a witness takes the place of the agent's recorder and
 * writes down every operation. What it wrote is compared with a file of this package's resources, line by line: so a command
 * that is missing, there twice, or wrong in any field fails the test.
 */
package io.kvops.agent.it;
