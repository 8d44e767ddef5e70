package io.kvops.server.http;

import java.time.Instant;

/**
 * A configuration that is or was in force.
 *
 * @param version 1 or more
 * @param at when it was applied
 * @param who who applied it
 * @param origin where it came from, in a word or two: file, api, reload, command line, defaults
 * @param yaml its text with {@link ConfigControl#SECRET} for each secret; empty in a list of versions
 */
public record ConfigState(long version, Instant at, String who, String origin, String yaml) {}
