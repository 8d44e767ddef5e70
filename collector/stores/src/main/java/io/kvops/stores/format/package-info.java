/**
 * Records in files: JSON, JSON lines, CSV, Binary ({@code .kvb}), Protobuf and MessagePack, packed or not; others are
 * plugins ({@link io.kvops.stores.format.DataFormat}). Entry: {@link io.kvops.stores.format.DataFormats}. It starts no
 * threads: whoever calls does the work.
 */
@NullMarked
package io.kvops.stores.format;

import org.jspecify.annotations.NullMarked;
