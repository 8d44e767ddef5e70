package io.kvops.server;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.ingest.IngestStats;

/**
 * All at a glance.
 *
 * @param health whether the collector does its work
 * @param live what the applications do now
 * @param ingest what came in
 */
public record Dashboard(Health health, LiveSnapshot live, IngestStats ingest) {}
