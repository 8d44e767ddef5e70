package io.kvops.agent.boot;

import java.io.File;

/**
 * Looks for spools that dead processes left, by file names alone: {@code kvops-PID-UUID.spool}. Whether an owner is really
 * dead is for the core to find out, by the file's lock.
 */
final class DeadSpoolLook {
    static final String PREFIX = "kvops-";
    static final String SUFFIX = ".spool";

    private DeadSpoolLook() {}

    static boolean findsAny(File folder, long ownPid) {
        String[] names = folder.list();
        if (names == null) {
            return false;
        }
        boolean processFolder = new File("/proc/self").exists();
        for (String name : names) {
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                int end = name.indexOf('-', PREFIX.length());
                String pid = end < 0 ? "" : name.substring(PREFIX.length(), end);
                // a container's processes have the same id at each start: a spool with our own id is another's
                boolean mayBeDead = pid.isEmpty()
                        || pid.equals(Long.toString(ownPid))
                        || !processFolder
                        || !new File("/proc/" + pid).exists();
                if (mayBeDead) {
                    return true;
                }
            }
        }
        return false;
    }
}
