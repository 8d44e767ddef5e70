/**
 * Which records are meant: by key, type, expiry, size, chance, and expression. Entry: {@link io.kvops.migration.filter.Filter}.
 * No threads of its own.
 */
@NullMarked
package io.kvops.migration.filter;

import org.jspecify.annotations.NullMarked;
