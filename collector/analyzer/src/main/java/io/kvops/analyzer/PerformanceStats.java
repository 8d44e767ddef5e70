package io.kvops.analyzer;

import java.util.List;

/**
 * The figures of one window, in short. Immutable; what client libraries send by themselves is left out.
 *
 * @param window what the numbers cover
 * @param totals counts, rates (QPS as opsPerSecond, TPS as transactionsPerSecond) and percentiles over all operations
 * @param queryTypes by store and class of the operation, most used first
 * @param stores by store and operation, most used first
 */
public record PerformanceStats(
        Report.Window window, Report.Totals totals, List<Report.QueryType> queryTypes, List<Report.StoreOp> stores) {
    public PerformanceStats {
        queryTypes = List.copyOf(queryTypes);
        stores = List.copyOf(stores);
    }

    /** Queries per second: operations that completed / seconds covered. */
    public double qps() {
        return totals.opsPerSecond();
    }

    /** Transactions per second: operations that change data (write, delete, transaction) / seconds covered. */
    public double tps() {
        return totals.transactionsPerSecond();
    }
}
