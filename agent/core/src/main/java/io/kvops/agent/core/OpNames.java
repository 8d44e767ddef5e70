package io.kvops.agent.core;

import io.kvops.agent.core.Endpoints.Endpoint;
import io.kvops.op.CommandTable;
import io.kvops.op.OpClass;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of operations, by small numbers; number 0 is "OTHER", for all past the bound. A command is found by identity,
 * then by content; neither allocates. Any thread: readers see tables whose entries are immutable.
 */
final class OpNames {
    static final int MAX = 1 << 12;
    static final int STORES_MAX = 16;

    private static final int SLOTS = 1 << 11;
    private static final int PROBES = 4;

    private final Object lock = new Object();
    private final @Nullable Alias[] byIdentity = new Alias[SLOTS];
    private final @Nullable Alias[] byContent = new Alias[SLOTS];
    private final Map<String, OpName> byName = new HashMap<>();
    private volatile OpName[] all = {new OpName(0, "OTHER")};

    /** The op that a command names; a {@code byte[]} or a string. */
    OpName of(@Nullable Object command) {
        if (command == null) {
            return all[0];
        }
        int slot = System.identityHashCode(command);
        for (int i = 0; i < PROBES; i++) {
            Alias alias = byIdentity[(slot + i) & SLOTS - 1];
            if (alias == null) {
                break;
            }
            if (alias.command == command) {
                return alias.op;
            }
        }
        return ofContent(command, slot);
    }

    private OpName ofContent(Object command, int identitySlot) {
        int hash = command instanceof byte[] ? Arrays.hashCode((byte[]) command) : command.hashCode();
        hash ^= hash >>> 16;
        for (int i = 0; i < PROBES; i++) {
            Alias alias = byContent[(hash + i) & SLOTS - 1];
            if (alias != null && same(alias.command, command)) {
                put(byIdentity, identitySlot, new Alias(command, alias.op), false);
                return alias.op;
            }
        }
        synchronized (lock) {
            OpName op = register(text(command));
            Alias alias = new Alias(command, op);
            put(byContent, hash, alias, true);
            put(byIdentity, identitySlot, alias, false);
            return op;
        }
    }

    /** Fills a free slot; with none, the table of contents replaces one, and that of identities stays as it is. */
    private static void put(@Nullable Alias[] table, int slot, Alias alias, boolean replace) {
        for (int i = 0; i < PROBES; i++) {
            if (table[(slot + i) & SLOTS - 1] == null) {
                table[(slot + i) & SLOTS - 1] = alias;
                return;
            }
        }
        if (replace) {
            table[slot & SLOTS - 1] = alias;
        }
    }

    private OpName register(String name) {
        OpName op = byName.get(name);
        if (op == null) {
            int id = all.length;
            if (id >= MAX) {
                return all[0];
            }
            op = new OpName(id, name);
            OpName[] longer = Arrays.copyOf(all, id + 1);
            longer[id] = op;
            byName.put(name, op);
            all = longer;
        }
        return op;
    }

    private static boolean same(Object a, Object b) {
        return (a instanceof byte[] && b instanceof byte[]) ? Arrays.equals((byte[]) a, (byte[]) b) : a.equals(b);
    }

    private static String text(Object command) {
        String name = command instanceof byte[]
                ? new String((byte[]) command, 0, Math.min(64, ((byte[]) command).length), StandardCharsets.ISO_8859_1)
                : command.toString();
        return (name.length() > 64 ? name.substring(0, 64) : name).toUpperCase(Locale.ROOT);
    }

    /** The op of a number; "OTHER" for one that is not known. */
    OpName get(int id) {
        OpName[] now = all;
        return id >= 0 && id < now.length ? now[id] : now[0];
    }

    /** A command as a client passes it, and what it means. */
    private static final class Alias {
        final Object command;
        final OpName op;

        Alias(Object command, OpName op) {
            this.command = command;
            this.op = op;
        }
    }

    /** An operation's name. */
    static final class OpName {
        final int id;
        final String name;
        private final int keyIndex;
        /** Class by store, as code + 1; 0 where nobody asked yet. A race writes the same. */
        private final byte[] classes = new byte[STORES_MAX];

        OpName(int id, String name) {
            this.id = id;
            this.name = name;
            keyIndex = CommandTable.keyIndex(name);
        }

        /** See {@link io.kvops.agent.boot.Recorder#keyIndex}. */
        int keyIndex() {
            return keyIndex;
        }

        OpClass opClass(Endpoint endpoint) {
            int code = classes[endpoint.storeId] - 1;
            if (code < 0) {
                OpClass opClass = CommandTable.opClass(endpoint.store, name);
                classes[endpoint.storeId] = (byte) (opClass.code() + 1);
                return opClass;
            }
            return OpClass.ofCode(code);
        }
    }
}
