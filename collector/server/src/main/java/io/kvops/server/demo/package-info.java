/**
 * The demo: a real Redis, a RocksDB, the collector and a shop under the agent, ended by a comparison of what the shop
 * counted with what the collector reports. Entry class: {@link io.kvops.server.demo.Demo}; runs on the caller's thread.
 */
@NullMarked
package io.kvops.server.demo;

import org.jspecify.annotations.NullMarked;
