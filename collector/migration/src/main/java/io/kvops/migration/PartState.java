package io.kvops.migration;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * How far a part of the source is: what is surely done.
 *
 * @param rest what is left to be read
 * @param done whether that is nothing
 * @param tally of what was read so far
 */
record PartState(String rest, boolean done, Tally tally) {
    String encode() {
        return (done ? "done" : "open") + "\t" + tally.encode() + "\t" + base64(rest);
    }

    /** @throws IllegalArgumentException if it is none */
    static PartState decode(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a part of " + parts.length + " fields (expected 3)");
        }
        return new PartState(text(parts[2]), parts[0].equals("done"), Tally.decode(parts[1]));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
