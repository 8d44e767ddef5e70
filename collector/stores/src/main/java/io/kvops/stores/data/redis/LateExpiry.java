package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Expiries of records that must not expire by themselves: they are put off by 2^60 ms, 36 million years, so that the instant is
 * still known. That is what a replica does with keys whose time has come: it waits for its master's DEL. Instants of more than 2^59
 * ms stay what they are; they do not come in anybody's time.
 */
final class LateExpiry {
    private static final long PUT_OFF = 1L << 60;
    private static final long FAR = 1L << 59;
    private static final int PAGE = 1_000;

    private LateExpiry() {}

    static long late(long expiresAtMillis) {
        return expiresAtMillis < 0 || expiresAtMillis >= FAR ? expiresAtMillis : expiresAtMillis + PUT_OFF;
    }

    /** Gives all keys of a database their own instants back; those past are gone then. May be done again. */
    static long restore(RespConnection target) throws StoreException {
        long restored = 0;
        try {
            String cursor = "0";
            do {
                RespInput in = target.ask("SCAN", cursor, "COUNT", Integer.toString(PAGE));
                in.array();
                cursor = in.text();
                List<byte[]> keys = new ArrayList<>();
                Slice key = new Slice();
                for (int left = in.array(); left > 0; left--) {
                    in.bulk(key);
                    keys.add(key.toBytes());
                }
                restored += restore(target, keys);
            } while (!cursor.equals("0"));
            return restored;
        } catch (IOException e) {
            throw target.broken(e);
        } catch (ErrorReply e) {
            throw target.refused(e);
        }
    }

    private static int restore(RespConnection target, List<byte[]> keys)
            throws IOException, StoreException, ErrorReply {
        RespOutput out = target.out();
        for (byte[] key : keys) {
            out.command(RespConnection.ascii("PEXPIRETIME"), 1).arg(key);
        }
        out.flush();
        List<byte[]> late = new ArrayList<>();
        List<Long> instants = new ArrayList<>();
        for (byte[] key : keys) {
            long at = target.in().integer();
            if (at >= PUT_OFF) {
                late.add(key);
                instants.add(at - PUT_OFF);
            }
        }
        for (int i = 0; i < late.size(); i++) {
            out.command(RespConnection.ascii("PEXPIREAT"), 2).arg(late.get(i)).arg(instants.get(i));
        }
        out.flush();
        for (int i = 0; i < late.size(); i++) {
            target.in().skip();
        }
        return late.size();
    }
}
