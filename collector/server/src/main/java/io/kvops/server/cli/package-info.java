/**
 * The command line. Entry class: {@link io.kvops.server.cli.Main}. Each command is one class; all run on the main thread.
 */
@NullMarked
package io.kvops.server.cli;

import org.jspecify.annotations.NullMarked;
