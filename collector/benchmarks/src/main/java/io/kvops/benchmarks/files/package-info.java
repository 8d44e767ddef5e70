/** How fast records get from a Redis to files and back. Entry: {@link io.kvops.benchmarks.files.FileSpeed}, on its thread. */
@NullMarked
package io.kvops.benchmarks.files;

import org.jspecify.annotations.NullMarked;
