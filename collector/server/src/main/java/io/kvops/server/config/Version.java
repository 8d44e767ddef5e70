package io.kvops.server.config;

import java.time.Instant;
import java.util.List;

/**
 * A configuration that is or was in force.
 *
 * @param number 1 or more, grows by one
 * @param at since when
 * @param who who put it in force
 * @param origin where it came from: file, api, reload, start
 * @param changes what became another, without secrets
 * @param text the YAML, with the secrets that are written in it
 * @param fileHash of the file that was there then; empty if there was none
 */
public record Version(
        long number, Instant at, String who, String origin, List<Change> changes, String text, String fileHash) {
    public Version {
        changes = List.copyOf(changes);
    }

    /**
     * One setting that became another.
     *
     * @param path which
     * @param from its value before; empty if it was not there
     * @param to its value after; empty if it is gone
     */
    public record Change(String path, String from, String to) {
        @Override
        public String toString() {
            String was = from.isEmpty() ? "(none)" : from;
            // a secret, or what a file holds: shown in the same way whatever it is
            String is = from.equals(to) ? was + ", another one" : to.isEmpty() ? "(none)" : to;
            return path + ": " + was + " → " + is;
        }
    }

    /** Without the text, which may hold secrets. */
    @Override
    public String toString() {
        return "version " + number + " of " + at + " by " + who + " (" + origin + "): " + changes;
    }
}
