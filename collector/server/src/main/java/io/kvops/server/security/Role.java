package io.kvops.server.security;

/** What somebody may do; each role may do all that those before it may. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Also starts exports, backups and archives, and queries the history with SQL. */
    OPERATOR,
    /** Also changes the configuration and reads the audit. */
    ADMIN;

    /** True if this role may do what another may. */
    public boolean covers(Role other) {
        return compareTo(other) >= 0;
    }
}
