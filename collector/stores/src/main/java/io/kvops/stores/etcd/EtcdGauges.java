package io.kvops.stores.etcd;

import io.kvops.stores.Reading;
import io.kvops.stores.prometheus.PrometheusText;
import java.util.List;

/** Which of etcd's metrics is which gauge; README.md has the same table. */
final class EtcdGauges {
    record Field(String metric, String gauge) {}

    static final List<Field> FIELDS = List.of(
            new Field("etcd_server_quota_backend_bytes", "storage.limit.bytes"),
            new Field("etcd_debugging_mvcc_keys_total", "keys.count"),
            new Field("process_resident_memory_bytes", "memory.used.bytes"),
            new Field("process_cpu_seconds_total", "cpu.used.seconds.total"),
            new Field("etcd_network_client_grpc_received_bytes_total", "network.in.bytes.total"),
            new Field("etcd_network_client_grpc_sent_bytes_total", "network.out.bytes.total"),
            new Field("grpc_server_handled_total", "operations.count.total"),
            new Field("process_open_fds", "etcd.files.open.count"),
            new Field("process_max_fds", "etcd.files.limit.count"),
            new Field("etcd_debugging_mvcc_watcher_total", "etcd.watchers.count"),
            new Field("etcd_debugging_mvcc_slow_watcher_total", "etcd.watchers.slow.count"),
            new Field("etcd_debugging_mvcc_db_compaction_keys_total", "etcd.compacted.count.total"),
            new Field("etcd_debugging_lease_granted_total", "etcd.leases.granted.count.total"),
            new Field("etcd_debugging_lease_revoked_total", "etcd.leases.revoked.count.total"),
            new Field("etcd_debugging_server_lease_expired_total", "expirations.count.total"),
            new Field("etcd_mvcc_put_total", "etcd.puts.count.total"),
            new Field("etcd_mvcc_range_total", "etcd.ranges.count.total"),
            new Field("etcd_mvcc_delete_total", "etcd.deletes.count.total"),
            new Field("etcd_mvcc_txn_total", "etcd.transactions.count.total"),
            new Field("etcd_server_has_leader", "etcd.led.ratio"),
            new Field("etcd_server_leader_changes_seen_total", "etcd.leader.changes.count.total"),
            new Field("etcd_server_proposals_committed_total", "etcd.proposals.committed.count.total"),
            new Field("etcd_server_proposals_applied_total", "etcd.proposals.applied.count.total"),
            new Field("etcd_server_proposals_pending", "etcd.proposals.pending.count"),
            new Field("etcd_server_proposals_failed_total", "etcd.proposals.failed.count.total"),
            new Field("etcd_server_slow_apply_total", "etcd.slow.applies.count.total"),
            new Field("etcd_server_slow_read_indexes_total", "etcd.slow.reads.count.total"),
            new Field("etcd_disk_wal_fsync_duration_seconds_sum", "etcd.wal.fsync.seconds.total"),
            new Field("etcd_disk_wal_fsync_duration_seconds_count", "etcd.wal.fsync.count.total"),
            new Field("etcd_disk_backend_commit_duration_seconds_sum", "etcd.commit.seconds.total"),
            new Field("etcd_disk_backend_commit_duration_seconds_count", "etcd.commit.count.total"));

    private EtcdGauges() {}

    static void put(PrometheusText metrics, Reading into) {
        for (Field field : FIELDS) {
            into.put(field.gauge(), metrics.sum(field.metric()));
        }
        double errors = 0;
        boolean known = false;
        for (PrometheusText.Sample sample : metrics.samples()) {
            if (sample.name().equals("grpc_server_handled_total")) {
                known = true;
                errors += "OK".equals(sample.labels().get("grpc_code")) ? 0 : sample.value();
            }
        }
        if (known) {
            into.put("errors.count.total", errors);
        }
    }
}
