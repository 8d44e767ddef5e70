/**
 * Redis and Valkey servers as stores of records: {@link io.kvops.stores.data.redis.RedisStores}. Raw connections with
 * pipelines; bulk by SCAN and DUMP, what is large by cursors. No threads of its own.
 */
@NullMarked
package io.kvops.stores.data.redis;

import org.jspecify.annotations.NullMarked;
