package io.kvops.rules;

/**
 * How a receiver does, since the start.
 *
 * @param waiting messages in its queue
 * @param retried tries after the first
 * @param failed messages that were given up; what they say is sent again with the next look at the group
 * @param dropped messages for which the queue had no room
 * @param problem why the last try failed; empty if it did not
 */
public record ReceiverStats(
        String name, String type, int waiting, long sent, long retried, long failed, long dropped, String problem) {}
