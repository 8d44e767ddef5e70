package io.kvops.migration;

import java.util.Locale;

/** What a migration task does. */
public enum Action {
    /** Copies a store to another. */
    MIGRATE,
    /** Copies a store to a file. */
    EXPORT,
    /** Copies a file to a store. */
    IMPORT,
    /** Copies a store to another, then its changes as they happen, until it hands over: {@link SyncJob}. */
    SYNC,
    /** Compares two, and repairs the second one if that is wanted. */
    VERIFY;

    /** The kind of its tasks: lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
