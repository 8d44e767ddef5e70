/**
 * Templates of keys: {@code user:42:profile} is one of {@code user:{n}:profile}. {@link io.kvops.key.KeyTemplate} looks at
 * one key; {@link io.kvops.key.KeyTemplates} learns from all keys it is shown, and is bounded. Any thread may use both.
 */
package io.kvops.key;
