package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangeSink;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.Lag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which keys of a cluster change, by the replication log of each master. A key that moves from one of them to another is told by both, as
 * the one removes and the other restores it; so slots may move. Each second it is looked who is master: one that took another one's place is
 * followed from where that one was, a new one that has no slots yet from now on. Whatever else joins means that changes are lost. Positions
 * are {@code ID SLOTS REPLID OFFSET DB} for each master, with {@code ;} between them. For one thread.
 */
final class ClusterFeed implements ChangeFeed {
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final long MIN_SPOOL_BYTES = 1 << 20;
    private static final int MAX_NEWS = 100;

    private final Cluster cluster;
    private final FeedOptions options;
    private final Map<String, Followed> followed = new LinkedHashMap<>();
    private final List<String> news = new ArrayList<>();
    /** Where masters were after others had come. */
    private String floor = "";
    /** Whether others have come, and it is not known yet where they are. */
    private boolean changed;

    private long looked;

    /** A master. */
    private static final class Followed {
        private final HostPort at;
        private final RedisFeed feed;
        private BitSet slots;

        Followed(HostPort at, RedisFeed feed, BitSet slots) {
            this.at = at;
            this.feed = feed;
            this.slots = slots;
        }
    }

    /** What is known of a master from before. */
    private record Past(BitSet slots, String position) {}

    ClusterFeed(Cluster cluster, FeedOptions options) {
        this.cluster = cluster;
        this.options = options;
    }

    @Override
    public void open(String position) throws StoreException, ChangesLostException {
        Topology now = cluster.refresh();
        looked = options.nanos().getAsLong();
        if (position.isEmpty()) {
            for (Topology.Node node : now.masters()) {
                follow(node, now, "");
            }
            return;
        }
        adopt(now, parse(position));
    }

    private static Map<String, Past> parse(String position) throws StoreException {
        Map<String, Past> known = new LinkedHashMap<>();
        for (String one : position.split(";", -1)) {
            String[] words = one.split(" ", 3);
            try {
                if (words.length < 3) {
                    throw new IllegalArgumentException("too short");
                }
                known.put(words[0], new Past(Slots.parse(words[1]), words[2]));
            } catch (IllegalArgumentException e) {
                throw new StoreException(
                        Kind.NONSENSE, "position '" + one + "' (expected ID SLOTS REPLID OFFSET DB)", e);
            }
        }
        return known;
    }

    private void follow(Topology.Node node, Topology now, String from) throws StoreException, ChangesLostException {
        FeedOptions own = new FeedOptions(
                options.name(),
                options.folder().resolve(node.id()),
                Math.max(
                        MIN_SPOOL_BYTES, options.maxSpoolBytes() / now.masters().size()),
                options.retry(),
                options.clock(),
                options.nanos());
        RedisFeed feed = new RedisFeed(cluster.node(node.at()), own);
        try {
            feed.open(from);
        } catch (StoreException | ChangesLostException e) {
            feed.close();
            throw e;
        }
        followed.put(node.id(), new Followed(node.at(), feed, now.slots(node)));
    }

    /** Follows who is master now. */
    private void adopt(Topology now, Map<String, Past> before) throws StoreException, ChangesLostException {
        boolean others = false;
        for (Topology.Node node : now.masters()) {
            Followed known = followed.get(node.id());
            if (known != null) {
                known.slots = now.slots(node);
            } else if (!now.slots(node).isEmpty() || leads(node)) {
                Past past = before.get(node.id());
                String from = past == null ? inherited(node, now, before) : past.position();
                follow(node, now, from);
                if (from.isEmpty()) {
                    checkEmpty(node);
                }
                others |= past == null;
                if (past == null) {
                    tell(
                            from.isEmpty()
                                    ? "joined, and is followed"
                                    : "took another master's place, and is followed from where that was",
                            node.at());
                }
            }
        }
        for (String id : List.copyOf(followed.keySet())) {
            Followed gone = Objects.requireNonNull(followed.get(id));
            if (now.master(id) == null && now.unserved(gone.slots) < 0) {
                followed.remove(id);
                tell("is no master any more, and others have its slots", gone.at);
                gone.feed.close();
                others = true;
            }
        }
        changed |= others;
    }

    /** Whether one without slots takes itself for a master. One that is down has nothing that could be missed. */
    private boolean leads(Topology.Node node) {
        try {
            return cluster.look(node.at()).master(node.id()) != null;
        } catch (StoreException e) {
            return false;
        }
    }

    /** Where a new master's log is to be followed from. */
    private String inherited(Topology.Node node, Topology now, Map<String, Past> before) throws ChangesLostException {
        BitSet slots = now.slots(node);
        List<Past> heirTo = before.values().stream()
                .filter(past -> !past.slots().isEmpty() && past.slots().stream().allMatch(slots::get))
                .toList();
        if (heirTo.size() == 1) {
            return heirTo.get(0).position();
        }
        if (slots.isEmpty()) {
            return "";
        }
        throw withSlots(node);
    }

    private static ChangesLostException withSlots(Topology.Node node) {
        return new ChangesLostException("the master " + node.at() + " joined with slots, and was not followed before");
    }

    /** Others may not know yet that it has slots; it does. */
    private void checkEmpty(Topology.Node node) throws StoreException, ChangesLostException {
        Topology own = cluster.look(node.at());
        Topology.Node itself = own.master(node.id());
        if (itself == null || !own.slots(itself).isEmpty() || own.arrive()) {
            throw withSlots(node);
        }
    }

    private void tell(String what, HostPort of) {
        if (news.size() < MAX_NEWS) {
            news.add(of + " " + what);
        }
    }

    /** Looks who is master, if that was long ago. */
    private void look() throws StoreException, ChangesLostException {
        long now = options.nanos().getAsLong();
        if (now - looked < LOOK_NANOS) {
            return;
        }
        looked = now;
        Map<String, Past> before = new LinkedHashMap<>();
        followed.forEach((id, master) -> before.put(id, new Past(master.slots, master.feed.position())));
        try {
            adopt(cluster.refresh(), before);
            if (changed) {
                floor = end();
                changed = false;
            }
        } catch (StoreException e) {
            if (e.kind() != Kind.UNREACHABLE) {
                throw e;
            }
            // one that is down is tried again: its log for as long as the options say
        }
    }

    @Override
    public String position() {
        List<String> all = new ArrayList<>();
        followed.forEach((id, master) -> all.add(id + " " + Slots.text(master.slots) + " " + master.feed.position()));
        return String.join(";", all);
    }

    @Override
    public int next(ChangeSink to, Duration atMost) throws StoreException, ChangesLostException {
        look();
        int passed = 0;
        for (String id : List.copyOf(followed.keySet())) {
            passed += next(id, to, Duration.ZERO);
        }
        Duration wait = atMost.dividedBy(Math.max(1, followed.size()));
        for (String id : List.copyOf(followed.keySet())) {
            passed += passed == 0 ? next(id, to, wait) : 0;
        }
        return passed;
    }

    private int next(String id, ChangeSink to, Duration atMost) throws StoreException, ChangesLostException {
        Followed master = Objects.requireNonNull(followed.get(id));
        try {
            return master.feed.next(to, atMost);
        } catch (StoreException e) {
            if (!isNeedless(master, e)) {
                throw e;
            }
            followed.remove(id);
            master.feed.close();
            return 0;
        }
    }

    /** Whether somebody who can't be reached has no slots any more. */
    private static boolean isNeedless(Followed master, StoreException e) {
        return e.kind() == Kind.UNREACHABLE && master.slots.isEmpty();
    }

    @Override
    public String end() throws StoreException {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, Followed> entry : followed.entrySet()) {
            try {
                all.add(entry.getKey() + " " + entry.getValue().feed.end());
            } catch (StoreException e) {
                if (!isNeedless(entry.getValue(), e)) {
                    throw e;
                }
            }
        }
        return String.join(";", all);
    }

    /** What a master had that is none any more, those that are have since the floor. */
    @Override
    public boolean reached(String end) {
        return !changed && passed(end) && passed(floor);
    }

    private boolean passed(String end) {
        for (String one : end.isEmpty() ? new String[0] : end.split(";", -1)) {
            int space = one.indexOf(' ');
            Followed master = followed.get(one.substring(0, space));
            if (master != null && !master.feed.reached(one.substring(space + 1))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Lag lag() throws StoreException {
        long behind = 0;
        long nanos = 0;
        for (Followed master : followed.values()) {
            Lag one = master.feed.lag();
            behind += one.behind();
            nanos = Math.max(nanos, one.nanos());
        }
        return new Lag(behind, "bytes", nanos);
    }

    @Override
    public boolean holdWrites(Duration atMost) throws StoreException {
        boolean all = true;
        for (Followed master : followed.values()) {
            all &= master.feed.holdWrites(atMost);
        }
        return all;
    }

    @Override
    public void letWrite() throws StoreException {
        for (Followed master : followed.values()) {
            master.feed.letWrite();
        }
    }

    @Override
    public List<String> news() {
        List<String> all = new ArrayList<>(news);
        news.clear();
        followed.values().forEach(master -> master.feed.news().forEach(line -> all.add(master.at + ": " + line)));
        return all;
    }

    @Override
    public void close() throws StoreException {
        StoreException failed = null;
        for (Followed master : followed.values()) {
            try {
                master.feed.close();
            } catch (StoreException e) {
                if (failed != null) {
                    e.addSuppressed(failed);
                }
                failed = e;
            }
        }
        followed.clear();
        if (failed != null) {
            throw failed;
        }
    }
}
