package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the spools of dead processes and takes them over, by their locks. */
final class DeadSpools {
    static final String PREFIX = "kvops-";
    static final String SUFFIX = ".spool";

    /** More wait for the next agent. */
    private static final int MAX = 64;

    private DeadSpools() {}

    /** Takes over what it can get; an empty one is deleted at once. */
    static List<Spool> takeOver(File folder, AgentLog log) {
        List<Spool> spools = new ArrayList<>();
        String[] names = folder.list();
        if (names == null) {
            return spools;
        }
        for (String name : names) {
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX) && spools.size() < MAX) {
                try {
                    takeOver(new File(folder, name), spools);
                } catch (IOException | RuntimeException e) {
                    log.line("spool " + new File(folder, name) + " cannot be delivered (" + e.getMessage()
                            + "); it stays where it is");
                }
            }
        }
        return spools;
    }

    private static void takeOver(File file, List<Spool> spools) throws IOException {
        SpoolStore store = SpoolStore.openDead(file);
        if (store == null) {
            return;
        }
        boolean kept = false;
        try {
            Spool spool = Spool.recover(store);
            kept = true;
            if (spool.isEmpty()) {
                spool.close(true);
            } else {
                spools.add(spool);
            }
        } finally {
            if (!kept) {
                store.close();
            }
        }
    }
}
