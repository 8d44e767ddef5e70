package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads some slots at the node that has them. When that is read, the node is asked whether it still serves them all: those that
 * left it, or are about to, are read once more where they went, as keys may have gone there before they were come to. Keys go
 * from the old node to the new one, which is the order in which the two are read.
 *
 * <p>A part's text is {@code cluster}, then for each stretch that is left {@code |NODE/SLOTS/} and a part of that node.
 */
final class ClusterReader implements RecordReader {
    private static final String NAME = "cluster";
    private static final String WHOLE = "redis:none:0/1:0";
    private static final int MAX_FOLLOWED = 64;

    /** Some slots at a node, and what of it is left to be read. */
    record Stretch(String node, BitSet slots, String rest) {
        String text() {
            return "|" + node + "/" + Slots.text(slots) + "/" + rest;
        }
    }

    private final Cluster cluster;
    private final ReadOptions options;
    private final ArrayDeque<Stretch> left;
    private @Nullable RedisReader reader;
    private int followed;

    ClusterReader(Cluster cluster, ScanPart part, ReadOptions options) throws StoreException {
        this.cluster = cluster;
        this.options = options;
        this.left = parse(part);
        cluster.refresh();
    }

    static ScanPart part(List<Stretch> stretches) {
        StringBuilder text = new StringBuilder(NAME);
        stretches.forEach(stretch -> text.append(stretch.text()));
        return new ScanPart(text.toString());
    }

    private static ArrayDeque<Stretch> parse(ScanPart part) {
        String[] texts = part.text().split("\\|", -1);
        ArrayDeque<Stretch> stretches = new ArrayDeque<>();
        for (int i = 1; i < texts.length; i++) {
            String[] words = texts[i].split("/", 3);
            if (words.length == 3) {
                stretches.add(new Stretch(words[0], Slots.parse(words[1]), words[2]));
            }
        }
        if (!texts[0].equals(NAME) || stretches.size() != texts.length - 1) {
            throw new IllegalArgumentException("part: not one of a cluster (expected cluster|NODE/SLOTS/PART)");
        }
        return stretches;
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        while (true) {
            RedisReader from = reader;
            if (from == null) {
                Stretch stretch = left.peek();
                if (stretch == null) {
                    return false;
                }
                open(stretch);
            } else if (from.next(sink)) {
                return true;
            } else {
                follow(left.getFirst());
                from.close();
                reader = null;
            }
        }
    }

    private void open(Stretch stretch) throws StoreException {
        Topology.Node node = cluster.topology().master(stretch.node);
        if (node == null) {
            // it failed, or was taken out: what it had is with others
            instead(served(cluster.topology(), stretch.slots));
            return;
        }
        RedisStore store = cluster.node(node.at());
        BitSet slots = stretch.slots;
        ReadOptions own = options.withKeys(
                key -> slots.get(Slots.of(key)) && options.keys().test(key));
        reader = store.reader(new ScanPart(stretch.rest), own);
    }

    private void follow(Stretch read) throws StoreException {
        Topology.Node node = cluster.topology().master(read.node);
        instead(
                node == null
                        ? served(cluster.refresh(), read.slots)
                        : cluster.look(node.at()).gone(read.slots, node.id()));
    }

    /** Who has them now. What nobody has would be left out without a word. */
    private Map<Topology.Node, BitSet> served(Topology now, BitSet slots) throws StoreException {
        int nobodys = now.unserved(slots);
        if (nobodys >= 0) {
            throw new StoreException(
                    Kind.UNREACHABLE,
                    cluster.address() + ": no node serves slot " + nobodys + "; look at redis-cli --cluster check");
        }
        return now.byOwner(slots);
    }

    private void instead(Map<Topology.Node, BitSet> elsewhere) throws StoreException {
        followed += elsewhere.size();
        if (followed > MAX_FOLLOWED) {
            throw new StoreException(
                    Kind.UNREACHABLE,
                    cluster.address() + ": its slots move faster than they are read; try again when they stay");
        }
        if (!elsewhere.isEmpty()) {
            cluster.refresh();
        }
        left.remove();
        elsewhere.forEach((node, slots) -> left.add(new Stretch(node.id(), slots, WHOLE)));
    }

    @Override
    public ScanPart rest() {
        List<Stretch> rest = new ArrayList<>(left);
        RedisReader from = reader;
        if (from != null) {
            Stretch first = rest.get(0);
            rest.set(0, new Stretch(first.node, first.slots, from.rest().text()));
        }
        return part(rest);
    }

    @Override
    public void close() throws StoreException {
        RedisReader from = reader;
        if (from != null) {
            from.close();
        }
    }

    /** Reads keys that somebody named, in that order: each at its node, which is asked ahead. */
    static final class Named implements RecordReader {
        private final Cluster cluster;
        private final List<Slice> keys = new ArrayList<>();
        private final List<@Nullable RedisReader> readers = new ArrayList<>();
        private final List<RedisReader> open = new ArrayList<>();
        private int at;

        Named(Cluster cluster, List<Slice> wanted, ReadOptions options) throws StoreException {
            this.cluster = cluster;
            wanted.stream().filter(options.keys()).forEach(keys::add);
            Topology topology = cluster.refresh();
            Map<Topology.Node, List<Slice>> byNode = new java.util.LinkedHashMap<>();
            List<Topology.@Nullable Node> owners = new ArrayList<>();
            for (Slice key : keys) {
                Topology.Node owner = topology.owner(Slots.of(key));
                owners.add(owner);
                if (owner != null) {
                    byNode.computeIfAbsent(owner, n -> new ArrayList<>()).add(key);
                }
            }
            Map<Topology.Node, RedisReader> of = new java.util.HashMap<>();
            try {
                for (Map.Entry<Topology.Node, List<Slice>> entry : byNode.entrySet()) {
                    RedisStore node = cluster.node(entry.getKey().at());
                    RedisReader reader = new RedisReader(
                            node, node.connect(), new ListedKeys(entry.getValue()), options.withKeys(k -> true));
                    open.add(reader);
                    of.put(entry.getKey(), reader);
                }
            } catch (StoreException e) {
                close();
                throw e;
            }
            owners.forEach(owner -> readers.add(owner == null ? null : of.get(owner)));
        }

        @Override
        public boolean next(RecordSink sink) throws StoreException {
            while (at < keys.size()) {
                RedisReader reader = readers.get(at++);
                if (reader == null) {
                    throw new StoreException(
                            Kind.UNREACHABLE,
                            cluster.address() + ": no node serves a slot that is asked for; look at redis-cli"
                                    + " --cluster check");
                }
                if (reader.step(sink) == RedisReader.Step.TOLD) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public ScanPart rest() {
            return part(List.of());
        }

        @Override
        public void close() throws StoreException {
            for (RedisReader reader : open) {
                reader.close();
            }
        }
    }
}
