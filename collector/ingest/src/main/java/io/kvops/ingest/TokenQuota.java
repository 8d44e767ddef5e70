package io.kvops.ingest;

import java.util.Objects;

/**
 * The token of one service, and what that service may send, all its agents together. Over the rate its agents are first asked
 * for longer intervals, then read more slowly; nothing is thrown away.
 *
 * @param token secret that its agents send; who sends it may send frames of that service only. Not empty
 * @param maxFramesPerSecond 1 or more; 0: no limit
 * @param maxBytesPerSecond encoded bytes of frames, 1 or more; 0: no limit
 * @param maxAgents agents connected at a time, 1 or more, more are refused; 0: no limit
 */
public record TokenQuota(String token, long maxFramesPerSecond, long maxBytesPerSecond, int maxAgents) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; says the value (not the token) and what is expected
     */
    public TokenQuota {
        Objects.requireNonNull(token, "token");
        if (token.isBlank()) {
            throw new IllegalArgumentException("token: empty (expected a secret)");
        }
        atLeastZero("maxFramesPerSecond", maxFramesPerSecond);
        atLeastZero("maxBytesPerSecond", maxBytesPerSecond);
        atLeastZero("maxAgents", maxAgents);
    }

    /** A token without limits. */
    public static TokenQuota of(String token) {
        return new TokenQuota(token, 0, 0, 0);
    }

    /** As the record's own, without the token. */
    @Override
    public String toString() {
        return "TokenQuota[frames/s " + maxFramesPerSecond + ", bytes/s " + maxBytesPerSecond + ", agents " + maxAgents
                + "]";
    }

    private static void atLeastZero(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected 1 or more, or 0 for no limit)");
        }
    }
}
