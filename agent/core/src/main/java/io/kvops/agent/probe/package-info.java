/**
 * One class per library: which of its classes are instrumented, at which methods, with which advice. Advice is inlined into
 * the library's code, so it may name only the library's types and {@code io.kvops.agent.boot}. Entry: {@link
 * io.kvops.agent.probe.Probe}. Probes run on the thread that loads the library's class.
 */
package io.kvops.agent.probe;
