/**
 * Reads configuration files strictly: every problem at once, one line each. Entry class: {@link
 * io.kvops.server.config.ConfigFile}. Runs on the thread that asks.
 */
@NullMarked
package io.kvops.server.config;

import org.jspecify.annotations.NullMarked;
