/**
 * The collector's HTTP door: report, live stream, health, metrics and the live page. Entry class:
 * {@link io.kvops.server.http.HttpDoor}. Requests are taken by Vert.x's event loop; what computes runs on its workers.
 */
@NullMarked
package io.kvops.server.http;

import org.jspecify.annotations.NullMarked;
