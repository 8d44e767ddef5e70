package io.kvops.server.report;

import io.kvops.analyzer.Report;
import java.util.List;

/** The figures at the top of a report, and what all of its figures mean. */
final class Summary {
    /** Terms and their meaning, in the order of their appearance. */
    static final String[][] MEANING = {
        {
            "Operation",
            "What application code asked a store for, once, counted when it completed, however it ended. Each command of a"
                    + " pipeline or a transaction counts as itself. Counts are exact."
        },
        {"Transaction", "An operation that changes data: write, delete or transaction."},
        {"Rate", "A count divided by the seconds that the data covers, not by the whole window."},
        {
            "Latency",
            "From the caller's call to completion, waiting in the client included; of asynchronous calls to completion,"
                    + " never to dispatch. A percentile is the upper end of its bucket: at most 0.8 % too high, never too"
                    + " low. The slowest is exact."
        },
        {
            "Error",
            "An operation that failed, timed out or was cancelled. A miss, a read that found nothing, is no error."
        },
        {
            "Blocking",
            "BLPOP, XREAD BLOCK and the like wait for data by design. They are counted; their latency stands in their own rows"
                    + " and is left out wherever it would mix with that of others."
        },
        {
            "Hot key",
            "Found by a Space-Saving sketch. The true count lies within the bounds; where one number stands, it is exact."
        },
        {
            "Pattern",
            "A key's template: {n} a number, {uuid}, {id} a random identifier, {ts} a time, {bin} bytes; other where there"
                    + " were too many."
        },
        {
            "Internal",
            "What client libraries send by themselves: HELLO, AUTH, CLIENT SETINFO, a pool's PING. It is in no other"
                    + " number."
        },
        {"Not kept", "Whatever did not fit a bound is counted. All zero means that nothing is missing."},
    };

    private Summary() {}

    /**
     * One figure.
     *
     * @param exact all its digits
     * @param hint a few words more; may be empty
     */
    record Figure(String name, String text, String exact, String hint, boolean bad) {}

    static List<Figure> of(Report report) {
        Report.Totals t = report.totals();
        return List.of(
                new Figure("Operations", Quantities.count(t.ops()), Quantities.exact(t.ops()), "in all", false),
                new Figure(
                        "Rate",
                        Quantities.rate(t.opsPerSecond()),
                        Quantities.exact(t.opsPerSecond()) + " /s",
                        "operations",
                        false),
                new Figure(
                        "Transactions",
                        Quantities.rate(t.transactionsPerSecond()),
                        Quantities.exact(t.transactionsPerSecond()) + " /s",
                        "that change data",
                        false),
                new Figure(
                        "Errors",
                        Quantities.count(t.errors()),
                        Quantities.exact(t.errors()),
                        share(t.errors(), t.ops()),
                        t.errors() > 0),
                new Figure(
                        "Misses",
                        Quantities.count(t.misses()),
                        Quantities.exact(t.misses()),
                        share(t.misses(), t.ops()),
                        false),
                latency("p50", t.p50Nanos(), "half are faster"),
                latency("p90", t.p90Nanos(), "9 of 10 are"),
                latency("p99", t.p99Nanos(), "99 of 100 are"),
                latency("p99.9", t.p999Nanos(), "999 of 1000 are"),
                latency("Slowest", t.maxNanos(), "exact"),
                new Figure(
                        "Read", Quantities.bytes(t.bytesIn()), Quantities.exact(t.bytesIn()) + " B", "values", false),
                new Figure(
                        "Written",
                        Quantities.bytes(t.bytesOut()),
                        Quantities.exact(t.bytesOut()) + " B",
                        "values",
                        false));
    }

    private static Figure latency(String name, long nanos, String hint) {
        return new Figure(name, Quantities.nanos(nanos), Quantities.exactNanos(nanos), hint, false);
    }

    private static String share(long part, long all) {
        return all == 0 ? "of none" : Quantities.percent((double) part / all) + " of all";
    }
}
