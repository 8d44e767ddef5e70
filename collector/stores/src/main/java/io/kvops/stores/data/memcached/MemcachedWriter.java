package io.kvops.stores.data.memcached;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.ValueWriter;
import io.kvops.stores.data.WriteOptions;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets items as they come, and reads the answers batch by batch. */
final class MemcachedWriter extends ValueWriter {
    /** Answers are short, but what waits for nobody to read it blocks the server in the end. */
    private static final int MAX_UNREAD = 2_000;

    /** Seconds are 31 bits: 19 January 2038. */
    private static final long LAST_MILLIS = Integer.MAX_VALUE * 1_000L;

    private final Conversation with;
    private int unread;

    MemcachedWriter(MemcachedStore store, WriteOptions options) throws StoreException {
        super(store.capabilities(), options, store.opened().clock());
        this.with = store.connect();
    }

    @Override
    protected @Nullable String unfit(Slice key) {
        return Conversation.names(key)
                ? null
                : key.length() == 0 ? "an empty key" : "a key of " + key.length() + " bytes that are no plain text";
    }

    @Override
    protected boolean keepsExpiry(long expiresAtMillis) {
        return expiresAtMillis <= LAST_MILLIS;
    }

    @Override
    protected boolean has(Slice key) throws StoreException {
        try {
            commit();
            String answer = with.command("mg", key, "", "").answer();
            if (!answer.startsWith("HD") && !answer.startsWith("EN")) {
                throw with.refused(answer);
            }
            return answer.startsWith("HD");
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    @Override
    protected void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata)
            throws StoreException {
        long seconds = expiresAtMillis == RecordHeader.NO_EXPIRY ? 0 : (expiresAtMillis + 999) / 1_000;
        long flags = flags(metadata.getOrDefault(MemcachedStore.FLAGS, "0"));
        try {
            with.command("ms", key, " " + bytes.length(), " T" + Math.min(seconds, Integer.MAX_VALUE) + " F" + flags)
                    .data(bytes);
            sent();
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    private static long flags(String text) throws StoreException {
        try {
            return Integer.toUnsignedLong(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            throw new StoreException(
                    Kind.UNSUPPORTED, "memcached takes flags from 0 to 4294967295, not '" + text + "'", e);
        }
    }

    @Override
    protected void remove(Slice key) throws StoreException {
        try {
            with.command("md", key, "", "");
            sent();
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    private void sent() throws StoreException {
        unread++;
        if (unread == MAX_UNREAD) {
            commit();
        }
    }

    @Override
    protected void commit() throws StoreException {
        try {
            with.send();
            for (; unread > 0; unread--) {
                String answer = with.line();
                if (!answer.startsWith("HD") && !answer.startsWith("NF")) {
                    throw with.refused(answer);
                }
            }
        } catch (IOException e) {
            throw with.broken(e);
        }
    }

    @Override
    public void close() throws StoreException {
        with.close();
    }
}
