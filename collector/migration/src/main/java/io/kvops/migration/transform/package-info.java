/**
 * What becomes of records on their way: renamed, masked, of another type, with another expiry. Entry: {@link
 * io.kvops.migration.transform.Transforms}; others are plugins ({@link io.kvops.migration.transform.TransformProvider}). No
 * threads of its own.
 */
@NullMarked
package io.kvops.migration.transform;

import org.jspecify.annotations.NullMarked;
