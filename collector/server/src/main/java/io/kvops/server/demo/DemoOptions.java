package io.kvops.server.demo;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What the demo is told.
 *
 * @param home folder of kvops, where the agent and the shop are
 * @param out folder for the reports; made if missing
 * @param seconds how long the shop is open, 1 to 86 400
 * @param httpPort port for the live page; empty: 7180, or any free one if that is taken
 * @param ingestPort port for the agent; empty: 7171, or any free one if that is taken
 */
public record DemoOptions(Path home, Path out, int seconds, OptionalInt httpPort, OptionalInt ingestPort) {}
