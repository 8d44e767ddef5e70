/**
 * Jedis 4.0 to 8.0. Entry: {@link io.kvops.agent.probe.jedis.JedisProbe}; {@code JedisAdvice} is what gets inlined. Application
 * threads run the advice.
 */
package io.kvops.agent.probe.jedis;
