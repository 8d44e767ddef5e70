/** Any endpoint in Prometheus' text format as a source of gauges. */
@NullMarked
package io.kvops.stores.prometheus;

import org.jspecify.annotations.NullMarked;
