package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Who is master, as the first sentinel that answers says. Sentinels are asked without user and password. */
final class Sentinels {
    static final String SCHEME = "redis-sentinel";

    private Sentinels() {}

    /** Where the server of an address is. */
    static HostPort server(StoreAddress address, Duration timeout) throws StoreException {
        if (!address.scheme().equals(SCHEME)) {
            return address.host();
        }
        StoreAddress door = new StoreAddress(
                address.scheme(), address.hosts(), "", Optional.empty(), address.path(), address.options());
        StoreException last = null;
        for (HostPort at : address.hosts()) {
            try (RespConnection sentinel = RespConnection.open(door, at, timeout)) {
                return master(sentinel, address.path());
            } catch (StoreException e) {
                if (last != null) {
                    e.addSuppressed(last);
                }
                last = e;
            }
        }
        throw last == null ? new StoreException(Kind.CONFIGURATION, address + " names no sentinel") : last;
    }

    private static HostPort master(RespConnection sentinel, String name) throws StoreException {
        try {
            RespInput in = sentinel.ask("SENTINEL", "get-master-addr-by-name", name);
            if (in.array() != 2) {
                throw new StoreException(
                        Kind.CONFIGURATION, "the sentinel at " + sentinel.at() + " knows no master " + name);
            }
            String host = in.text();
            return new HostPort(host, Integer.parseInt(in.text()));
        } catch (IOException e) {
            throw sentinel.broken(e);
        } catch (ErrorReply e) {
            throw sentinel.refused(e);
        } catch (NumberFormatException e) {
            throw new StoreException(Kind.NONSENSE, "the sentinel at " + sentinel.at() + " names no port", e);
        }
    }
}
