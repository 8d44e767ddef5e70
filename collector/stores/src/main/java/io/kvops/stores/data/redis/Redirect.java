package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a cluster answers about a key that it does not serve: MOVED, it is another node's; ASK, its slot is on its way
 * there, and it may be asked for this once; TRYAGAIN, several keys are needed and some are on their way.
 *
 * @param to null for TRYAGAIN
 */
record Redirect(@Nullable HostPort to, boolean asking) {
    static boolean is(ErrorReply reply) {
        return reply.is("MOVED ") || reply.is("ASK ") || reply.is("TRYAGAIN");
    }

    /**
     * Reads one, as {@code MOVED 3999 127.0.0.1:6381}.
     *
     * @param asked who answered: a node that does not know its own name leaves the host out
     * @return null if it is none
     */
    static @Nullable Redirect of(ErrorReply reply, HostPort asked) {
        if (!is(reply)) {
            return null;
        }
        String[] words = reply.text().split(" ", 4);
        return reply.is("TRYAGAIN")
                ? new Redirect(null, false)
                : new Redirect(Topology.place(words.length < 3 ? "" : words[2], asked), reply.is("ASK "));
    }
}
