/**
 * The isolated part of the agent: weaving, recording, frames, spool and transport. Entry: {@link io.kvops.agent.core.Core},
 * which agent/boot makes by reflection when the first probed class is about to be loaded. Application threads run {@link
 * io.kvops.agent.core.OpRecorder}; all else runs on the two daemon threads {@code kvops-agent-frames} and {@code
 * kvops-agent-io}.
 */
package io.kvops.agent.core;
