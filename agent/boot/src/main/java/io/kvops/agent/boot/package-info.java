/**
 * The part of the agent that every class loader sees: the premain class, and {@link io.kvops.agent.boot.Probes}, the
 * facade that instrumented code calls. It uses only {@code java.*}. All else lives behind {@link
 * io.kvops.agent.boot.Recorder}, in an isolated class loader. Application threads run this code: nothing here blocks, and
 * in steady state nothing allocates.
 */
package io.kvops.agent.boot;
