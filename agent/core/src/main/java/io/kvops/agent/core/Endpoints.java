package io.kvops.agent.core;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The places operations go to, by small numbers; number 0 is "other", for all past the bound. Any thread. */
final class Endpoints {
    static final int MAX = 1 << 12;

    private static final String OTHER = "other";

    private final Object lock = new Object();
    /** Store, then place; replaced as a whole, so that a look-up takes no lock. */
    private volatile Map<String, Map<String, Integer>> ids = new HashMap<>();

    private volatile Endpoint[] all = {new Endpoint(OTHER, OTHER, 0)};

    /** The number of a place; the same for the same pair. */
    int id(String store, String where) {
        Map<String, Integer> places = ids.get(store);
        Integer id = places == null ? null : places.get(where);
        return id != null ? id : register(store, where);
    }

    private int register(String store, String where) {
        synchronized (lock) {
            Map<String, Integer> places = ids.get(store);
            Integer known = places == null ? null : places.get(where);
            if (known != null) {
                return known;
            }
            int id = all.length;
            if (id >= MAX) {
                return 0;
            }
            Endpoint[] longer = Arrays.copyOf(all, id + 1);
            longer[id] = new Endpoint(store, where, storeId(store));
            all = longer;
            Map<String, Map<String, Integer>> copy = new HashMap<>(ids);
            Map<String, Integer> placesCopy = places == null ? new HashMap<>() : new HashMap<>(places);
            placesCopy.put(where, id);
            copy.put(store, placesCopy);
            ids = copy;
            return id;
        }
    }

    private int storeId(String store) {
        int next = 0;
        for (Endpoint endpoint : all) {
            if (endpoint.store.equals(store)) {
                return endpoint.storeId;
            }
            next = Math.max(next, endpoint.storeId + 1);
        }
        return Math.min(next, OpNames.STORES_MAX - 1);
    }

    /** The place of a number; "other" for one that is not known. */
    Endpoint get(int id) {
        Endpoint[] now = all;
        return id >= 0 && id < now.length ? now[id] : now[0];
    }

    /** A place. */
    static final class Endpoint {
        final String store;
        final String where;
        final int storeId;

        Endpoint(String store, String where, int storeId) {
            this.store = store;
            this.where = where;
            this.storeId = storeId;
        }
    }
}
