/**
 * Following the changes of a store: {@link io.kvops.stores.data.feed.ChangeFeed} tells which keys changed, {@link
 * io.kvops.stores.data.feed.Replay} repeats a source's own log at a target. Entry: {@link
 * io.kvops.stores.data.DataStore#changes} and {@link io.kvops.stores.data.DataStore#replayOf}. A feed may have one thread of its
 * own, which receives ({@code kvops-feed-NAME}); all else is done by its caller, a single thread.
 */
@NullMarked
package io.kvops.stores.data.feed;

import org.jspecify.annotations.NullMarked;
