package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions.Conflict;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The answers that a writer waits for, in their order, and what they make of its counts. For one thread. */
final class Answers {
    /** What an answer, or several, must be. */
    enum Form {
        /** To SET, maybe with NX: OK, or none for a conflict. */
        SET,
        /** To RESTORE: OK, or BUSYKEY for a conflict. */
        RESTORE,
        /** MULTI, commands, EXEC. */
        TRANSACTION,
        /** The same, and the last command but one is RENAMENX: 0 for a conflict. */
        RENAME_IF_FREE,
        /** The same for a piece, that counts nothing, whose first command says 0 if the key that it goes on with is gone. */
        PIECE,
        /** The first piece. */
        FIRST_PIECE,
        /** Of no interest. */
        ANY,
        /** To UNLINK of a record past its expiry. */
        EXPIRED,
        /** To EXISTS of a record past its expiry: 1 for a conflict. */
        EXPIRED_IF_FREE
    }

    /** @param sent commands that are sent again if the key is elsewhere; null if it can't be */
    private record Waiting(
            Form form,
            int commands,
            long bytes,
            boolean reduced,
            int slot,
            @Nullable Slice sent) {}

    private final RespConnection connection;
    private final @Nullable Detours detours;
    private final Conflict conflict;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** An XCLAIM of this record answered with nothing: the entry that waited is gone, and so can't wait any more. */
    private boolean unclaimed;

    private long written;
    private long skipped;
    private long leftOut;
    private long reduced;
    private long expired;
    private long bytes;

    /** @param detours in a cluster */
    Answers(RespConnection connection, @Nullable Detours detours, Conflict conflict) {
        this.connection = connection;
        this.detours = detours;
        this.conflict = conflict;
    }

    /**
     * Something was sent.
     *
     * @param commands in a transaction
     * @param slot of a cluster
     * @param sent to be sent again if the key is elsewhere
     */
    void expect(Form form, int commands, long recordBytes, boolean recordReduced, int slot, @Nullable Slice sent) {
        waiting.add(new Waiting(form, commands, recordBytes, recordReduced, slot, sent));
    }

    /** A record was left out; counted when all before it is acknowledged. */
    void leftOut() {
        leftOut++;
    }

    int size() {
        return waiting.size();
    }

    WriteCounts counts() {
        return new WriteCounts(written, skipped, leftOut, reduced, expired, bytes);
    }

    /** Reads answers until so many are left. */
    void read(int left) throws StoreException {
        try {
            while (waiting.size() > left) {
                Waiting of = waiting.remove();
                try {
                    read(of, connection.in());
                } catch (ErrorReply e) {
                    elsewhere(of, e);
                }
            }
        } catch (IOException e) {
            throw connection.broken(e);
        } catch (ErrorReply e) {
            throw connection.refused(e);
        }
    }

    private void elsewhere(Waiting of, ErrorReply reply) throws StoreException, ErrorReply {
        Detours ways = detours;
        Slice sent = of.sent;
        if (ways == null || sent == null) {
            throw reply;
        }
        ways.follow(of.slot, reply, connection.at(), at -> {
            at.commands(sent);
            read(of, at.sent());
            return of;
        });
    }

    private void read(Waiting of, RespInput in) throws IOException, StoreException, ErrorReply {
        switch (of.form) {
            case SET -> {
                if (in.bulkOrStatus()) {
                    count(of);
                } else {
                    conflict();
                }
            }
            case RESTORE -> {
                try {
                    in.okay();
                    count(of);
                } catch (ErrorReply e) {
                    if (!e.is("BUSYKEY")) {
                        throw e;
                    }
                    conflict();
                }
            }
            case TRANSACTION, RENAME_IF_FREE, PIECE, FIRST_PIECE -> transaction(of, in);
            case ANY -> in.skip();
            case EXPIRED -> {
                in.skip();
                expired++;
            }
            case EXPIRED_IF_FREE -> {
                if (in.integer() > 0) {
                    conflict();
                } else {
                    expired++;
                }
            }
        }
    }

    private void transaction(Waiting of, RespInput in) throws IOException, StoreException, ErrorReply {
        in.okay();
        int answers = executed(of.commands, in);
        boolean taken = false;
        for (int i = 0; i < answers; i++) {
            boolean zero = in.isZero();
            unclaimed |= in.isEmptyArray();
            in.skip();
            taken |= zero && of.form == Form.RENAME_IF_FREE && i == answers - 2;
            if (zero && of.form == Form.PIECE && i == 0) {
                throw new StoreException(
                        Kind.FULL,
                        connection.at() + " dropped a value while it was written in pieces; does it evict keys"
                                + " (maxmemory-policy)? Raise its maxmemory");
            }
        }
        if (of.form == Form.PIECE || of.form == Form.FIRST_PIECE) {
            return;
        }
        if (taken) {
            conflict();
        } else {
            count(of);
        }
        unclaimed = false;
    }

    /** How many answers a transaction has; if a command was refused, that is why the whole is. */
    private static int executed(int commands, RespInput in) throws IOException, StoreException, ErrorReply {
        ErrorReply first = null;
        for (int i = 0; i < commands; i++) {
            try {
                in.okay();
            } catch (ErrorReply e) {
                first = first == null ? e : first;
            }
        }
        try {
            return in.array();
        } catch (ErrorReply e) {
            throw first == null ? e : first;
        }
    }

    private void count(Waiting of) {
        written++;
        bytes += of.bytes;
        reduced += of.reduced || unclaimed ? 1 : 0;
    }

    private void conflict() throws StoreException {
        if (conflict == Conflict.FAIL) {
            throw new StoreException(
                    Kind.CONFLICT,
                    connection.at() + " has a key already; choose to replace or to skip those that are there");
        }
        skipped++;
    }
}
