package io.kvops.wire;

/** One message of the protocol: {@link Hello} and {@link Frame} from the agent, {@link Welcome}, {@link Ack} and
 * {@link Refusal} from the collector. A receiver skips a kind that it does not know. */
public interface Message {}
