/**
 * How fast records get from stores to files and back, and to other stores, each beside the least that it can take. Entries, each on
 * its own thread: {@link io.kvops.benchmarks.migration.FileSpeed}, {@link io.kvops.benchmarks.migration.RedisSpeed}, {@link
 * io.kvops.benchmarks.migration.RocksSpeed}.
 */
@NullMarked
package io.kvops.benchmarks.migration;

import org.jspecify.annotations.NullMarked;
