/**
 * The door of the collector: takes the frames of agents over TCP, keeps them in a journal, acknowledges them, and hands
 * each to a consumer exactly once per life of the process. The entry is {@link io.kvops.ingest.Ingest}.
 *
 * <p>Threads: {@code kvops-ingest-N} (sockets: decode and hand over), {@code kvops-journal} (drops what was seen before,
 * appends, makes durable, acknowledges, removes old files), {@code kvops-journal-reader} (calls the consumer).
 */
@NullMarked
package io.kvops.ingest;

import org.jspecify.annotations.NullMarked;
