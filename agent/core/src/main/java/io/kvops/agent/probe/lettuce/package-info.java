/**
 * Lettuce 6.0 to 7.7. Entry: {@link io.kvops.agent.probe.lettuce.LettuceProbe}; {@code LettuceAdvice} is what gets inlined.
 * Application threads and Lettuce's event loops run the advice.
 */
package io.kvops.agent.probe.lettuce;
