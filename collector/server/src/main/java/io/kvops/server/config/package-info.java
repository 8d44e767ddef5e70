/**
 * Reads configurations strictly, every problem at once, and changes them while the program runs. Entry class: {@link
 * io.kvops.server.config.LiveConfig}. Runs on the thread that asks.
 */
@NullMarked
package io.kvops.server.config;

import org.jspecify.annotations.NullMarked;
