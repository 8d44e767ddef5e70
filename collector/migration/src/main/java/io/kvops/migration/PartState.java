package io.kvops.migration;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * How far a part of the source is: what is surely done.
 *
 * @param rest what is left to be read
 * @param done whether that is nothing, and all is written
 * @param tally of what was read so far
 * @param kept what the target needs to go on; empty for nothing
 */
record PartState(String rest, boolean done, Tally tally, String kept) {
    /** One of which nothing is done. */
    static PartState begin(String rest) {
        return new PartState(rest, false, Tally.NONE, "");
    }

    String encode() {
        return (done ? "done" : "open") + "\t" + tally.encode() + "\t" + base64(rest) + "\t" + base64(kept);
    }

    /** @throws IllegalArgumentException if it is none */
    static PartState decode(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("a part of " + parts.length + " fields (expected 4)");
        }
        return new PartState(text(parts[2]), parts[0].equals("done"), Tally.decode(parts[1]), text(parts[3]));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
