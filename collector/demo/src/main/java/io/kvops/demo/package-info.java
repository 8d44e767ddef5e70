/**
 * The sample shop: a workload that looks like one, on a Redis (Jedis, Lettuce) and a RocksDB in one JVM. It knows nothing
 * of kvops; what it knows exactly is how many operations it asked for, which {@link io.kvops.demo.Truth} writes down.
 * Entry: {@link io.kvops.demo.Shop}. Each {@link io.kvops.demo.Clerk} is one thread; all of them stop when the time is up
 * or the JVM is asked to end.
 */
@NullMarked
package io.kvops.demo;

import org.jspecify.annotations.NullMarked;
