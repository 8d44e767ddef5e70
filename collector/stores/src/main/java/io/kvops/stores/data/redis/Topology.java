package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which master serves which slots, as one node sees it (CLUSTER NODES). Immutable. */
final class Topology {
    private final Map<String, Node> masters = new LinkedHashMap<>();
    private final Node[] owners = new Node[Slots.COUNT];
    private final Map<Integer, String> leaving = new HashMap<>();
    private final BitSet arriving = new BitSet(Slots.COUNT);

    /** A master. */
    record Node(String id, HostPort at) {}

    private Topology() {}

    /**
     * Reads lines of {@code id host:port@bus,name flags master ping pong epoch link slots...}.
     *
     * @param asked who answered
     * @param named whether names of hosts are wanted, where nodes have such: certificates have names
     */
    static Topology parse(String text, HostPort asked, boolean named) {
        Topology topology = new Topology();
        text.lines().forEach(line -> topology.line(line.split(" ", -1), asked, named));
        return topology;
    }

    private void line(String[] words, HostPort asked, boolean named) {
        if (words.length < 8) {
            return;
        }
        List<String> flags = List.of(words[2].split(",", -1));
        boolean replaced = words.length == 8 && flags.contains("fail");
        if (!flags.contains("master") || flags.contains("noaddr") || flags.contains("handshake") || replaced) {
            return;
        }
        String[] place = words[1].split("[@,]", -1);
        HostPort at = place(place[0], asked);
        if (named && place.length > 2 && !place[2].isEmpty()) {
            at = new HostPort(place[2], at.port());
        }
        Node node = new Node(words[0], at);
        masters.put(node.id(), node);
        for (int i = 8; i < words.length; i++) {
            slots(words[i], node);
        }
    }

    /** Of a node itself alone come {@code [93->-id]}, a slot on its way to another one, and {@code [77-<-id]} from there. */
    private void slots(String word, Node node) {
        if (!word.startsWith("[")) {
            BitSet slots = Slots.parse(word);
            slots.stream().forEach(slot -> owners[slot] = node);
            return;
        }
        String[] parts = word.substring(1, word.length() - 1).split("-", 3);
        int slot = Integer.parseInt(parts[0]);
        if (parts[1].equals(">")) {
            leaving.put(slot, parts[2]);
        } else {
            arriving.set(slot);
        }
    }

    /** A host and a port; an empty host is the one that answered. */
    static HostPort place(String text, HostPort asked) {
        int colon = text.lastIndexOf(':');
        String host = colon <= 0 ? asked.host() : text.substring(0, colon);
        try {
            return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            return asked;
        }
    }

    List<Node> masters() {
        return new ArrayList<>(masters.values());
    }

    @Nullable
    Node master(String id) {
        return masters.get(id);
    }

    /** Who serves a slot; null if nobody does. */
    @Nullable
    Node owner(int slot) {
        return owners[slot];
    }

    /** Which slots a master serves. */
    BitSet slots(Node of) {
        BitSet slots = new BitSet(Slots.COUNT);
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (of.equals(owners[slot])) {
                slots.set(slot);
            }
        }
        return slots;
    }

    /** Whether slots are on their way to the node that answered. */
    boolean arrive() {
        return !arriving.isEmpty();
    }

    /** The first of some slots that nobody serves; -1 if there is none. */
    int unserved(BitSet slots) {
        return slots.stream().filter(slot -> owners[slot] == null).findFirst().orElse(-1);
    }

    /** Slots by who serves them; what nobody does is not in it. */
    Map<Node, BitSet> byOwner(BitSet slots) {
        Map<Node, BitSet> found = new LinkedHashMap<>();
        slots.stream().forEach(slot -> {
            Node node = owners[slot];
            if (node != null) {
                found.computeIfAbsent(node, n -> new BitSet(Slots.COUNT)).set(slot);
            }
        });
        return found;
    }

    /**
     * Of some slots whose keys were looked for at the node that answered: those that are elsewhere, or on their way, by where that
     * is.
     */
    Map<Node, BitSet> gone(BitSet slots, String asked) {
        Map<Node, BitSet> found = new LinkedHashMap<>();
        slots.stream().forEach(slot -> {
            Node owner = owners[slot];
            boolean here = owner != null && owner.id().equals(asked);
            Node to = here ? masters.get(leaving.getOrDefault(slot, "")) : arriving.get(slot) ? null : owner;
            if (to != null) {
                found.computeIfAbsent(to, n -> new BitSet(Slots.COUNT)).set(slot);
            }
        });
        return found;
    }
}
