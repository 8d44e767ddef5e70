/**
 * RocksDB's Java binding, 6.29 to 11.8. Entry: {@link io.kvops.agent.probe.rocksdb.RocksDbProbe}; {@code RocksDbAdvice} is what
 * gets inlined. Application threads run the advice.
 */
package io.kvops.agent.probe.rocksdb;
