/**
 * Puts the engines together. Entry class: {@link io.kvops.server.OpsManager}, the one place where modules meet.
 */
@NullMarked
package io.kvops.server;

import org.jspecify.annotations.NullMarked;
