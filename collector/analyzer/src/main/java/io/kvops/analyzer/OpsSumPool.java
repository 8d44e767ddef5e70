package io.kvops.analyzer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Sums of batches that were written, for the next ones: a fleet of 200 000 series would leave hundreds of megabytes of
 * garbage with each batch, and what lives for seconds is what a collector of garbage is slowest with. Guarded by the
 * analyzer's lock.
 */
final class OpsSumPool {
    private final List<OpsSum> free = new ArrayList<>();

    /** One that is empty. */
    OpsSum take() {
        return free.isEmpty() ? new OpsSum() : free.remove(free.size() - 1);
    }

    /** Takes back the sums of a batch, and holds no more than those: the next one is likely to need as many. */
    void giveBack(Collection<OpsSum> sums) {
        for (OpsSum sum : sums) {
            if (free.size() >= sums.size()) {
                break;
            }
            sum.clear();
            free.add(sum);
        }
        if (free.size() > sums.size()) {
            free.subList(sums.size(), free.size()).clear();
        }
    }
}
