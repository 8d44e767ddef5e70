package io.kvops.ingest;

import io.kvops.wire.Refusal;
import java.util.Map;
import java.util.Objects;

/**
 * What the ingest did since its start, and what it holds now: one look, values of one instant give or take what happened
 * meanwhile. Counts only grow.
 *
 * @param frames frames journaled and acknowledged
 * @param frameBytes their encoded bytes
 * @param series series deltas in the frames that the consumer took
 * @param duplicates frames that had come before: acknowledged again, not journaled again
 * @param gaps sequence numbers that were skipped: frames an agent gave up, or that a lost journal held,
 *     also before the start, as far back as the journal goes
 * @param unknownMessages messages of a kind that a newer agent sent, skipped
 * @param consumed frames handed to the consumer, replayed ones too
 * @param replayed frames of earlier runs that were handed to the consumer
 * @param consumerErrors frames at which the consumer threw
 * @param damagedRecords journal records that failed their checksum or did not decode, skipped
 * @param connections connections open now
 * @param connectionsTotal connections accepted
 * @param refusals refusals by kind, every kind present
 * @param idleClosed connections closed as no message came
 * @param slowClosed connections closed as a message, or the hello, took too long
 * @param laggingClosed connections closed as the agent did not read its acknowledgements
 * @param brokenConnections connections that broke with an error
 * @param queueFrames frames that wait for the journal now
 * @param queueBytes their bytes
 * @param queueFull how often a connection had to wait as the queue was full
 * @param pendingFrames journaled frames that the consumer has not taken yet, this run's only
 * @param batches batches appended
 * @param fsyncs times the journal was made durable
 * @param fsyncNanos time spent in it
 * @param lastFsyncNanos time of the last one
 * @param journalErrors appends or syncs that failed and were tried again
 * @param paused true while nothing is journaled: the disk is full or fails
 * @param pendingBytes bytes in the journal that the consumer has not taken yet, of earlier runs too, give or take a segment
 * @param heldBackNanos time in which nothing was journaled as they were too many
 * @param journalBytes data in the journal's files; their length says more, as they have holes
 * @param journalSegments number of the journal's files
 * @param removedSegments files that the retention removed
 * @param agents agents whose last sequence number is known
 * @param forgottenAgents agents whose last sequence number was given up as there were too many
 * @param connectedAgents agents that are connected and were welcomed, by connections
 * @param foldedSeries series of frames that were counted under the pattern {@code other}, as their agent had too many
 * @param foreignFrames frames that were not taken, as they were of another service than the token: their agents keep them
 * @param quotaWaits how often a connection was not read for a while as its service was over its quota
 * @param pacesSent how often an agent was asked for another interval
 * @param pacedAgents agents that are asked for a longer interval now
 * @param paceMillis the longest interval that some agent is asked for now, in milliseconds
 * @param configurationsRefused answers of agents that did not take a configuration
 * @param tlsFailures connections that did not get as far as a TLS session
 * @param tlsReloads how often changed certificates were read again
 */
public record IngestStats(
        long frames,
        long frameBytes,
        long series,
        long duplicates,
        long gaps,
        long unknownMessages,
        long consumed,
        long replayed,
        long consumerErrors,
        long damagedRecords,
        int connections,
        long connectionsTotal,
        Map<Refusal.Kind, Long> refusals,
        long idleClosed,
        long slowClosed,
        long laggingClosed,
        long brokenConnections,
        int queueFrames,
        long queueBytes,
        long queueFull,
        long pendingFrames,
        long batches,
        long fsyncs,
        long fsyncNanos,
        long lastFsyncNanos,
        long journalErrors,
        boolean paused,
        long pendingBytes,
        long heldBackNanos,
        long journalBytes,
        int journalSegments,
        long removedSegments,
        int agents,
        long forgottenAgents,
        int connectedAgents,
        long foldedSeries,
        long foreignFrames,
        long quotaWaits,
        long pacesSent,
        int pacedAgents,
        long paceMillis,
        long configurationsRefused,
        long tlsFailures,
        long tlsReloads) {

    public IngestStats {
        Objects.requireNonNull(refusals, "refusals");
        refusals = Map.copyOf(refusals);
    }
}
