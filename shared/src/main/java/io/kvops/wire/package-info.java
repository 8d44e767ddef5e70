/**
 * What agent and collector say to each other: the messages of {@code kvops.proto}, and {@link
 * io.kvops.wire.WireCodec}, the one codec that both ends use. Messages are immutable; the codec is
 * stateless. Any thread may use both.
 */
package io.kvops.wire;
