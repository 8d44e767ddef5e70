package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import java.io.IOException;

/** When keys expire: exact from 7.0 on, before to some milliseconds (what is left, and the server's clock a moment before). */
final class Expiries {
    private static final String EXACT = "PEXPIRETIME";
    private static final String LEFT = "PTTL";
    private static final byte[] PEXPIRETIME = RespConnection.ascii(EXACT);
    private static final byte[] PTTL = RespConnection.ascii(LEFT);

    private final boolean exact;
    private long serverMillis;

    Expiries(RedisVersion version) {
        exact = version.seven();
    }

    /** Whether the server's clock is to be asked first. */
    boolean wantTime() {
        return !exact;
    }

    /** Takes the answer to TIME. */
    void time(RespInput in) throws IOException, StoreException, ErrorReply {
        in.array();
        serverMillis = Long.parseLong(in.text()) * 1_000;
        serverMillis += Long.parseLong(in.text()) / 1_000;
    }

    /** The server's clock, as it was told last. */
    long millis() {
        return serverMillis;
    }

    /** What a key is asked with. */
    String command() {
        return exact ? EXACT : LEFT;
    }

    void ask(RespOutput out, byte[] key) throws IOException {
        out.command(exact ? PEXPIRETIME : PTTL, 1).arg(key);
    }

    /** The instant, or NO_EXPIRY, also for a key that is not there. */
    long answer(RespInput in) throws IOException, StoreException, ErrorReply {
        long answer = in.integer();
        return answer < 0 ? RecordHeader.NO_EXPIRY : exact ? answer : serverMillis + answer;
    }
}
