/**
 * Redis and Valkey: one server, a cluster, or the master that sentinels name. All connections of a
 * {@link io.kvops.stores.redis.RedisProbe} share two Netty threads; measuring runs in the caller's thread.
 */
@NullMarked
package io.kvops.stores.redis;

import org.jspecify.annotations.NullMarked;
