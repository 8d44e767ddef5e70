package io.kvops.tasks;

import java.util.Locale;

/** Where a task is in its life. */
public enum TaskState {
    /** Waits for a free thread, or for an older task that it replaces. */
    SCHEDULED,
    RUNNING,
    /** Asked to pause; goes on until its next pause point. */
    PAUSING,
    /** At rest, its checkpoint kept, until somebody resumes it; a restart changes nothing. */
    PAUSED,
    /** Asked to end; cleans up after its next pause point. */
    CANCELLING,
    CANCELLED,
    /** Ended with an error; may be resumed from its checkpoint. */
    FAILED,
    DONE;

    /** Whether it has come to an end: {@code CANCELLED}, {@code FAILED} or {@code DONE}. */
    public boolean ended() {
        return this == CANCELLED || this == FAILED || this == DONE;
    }

    /** Whether a process owns it, or did until it died. */
    boolean owned() {
        return !ended() && this != PAUSED;
    }

    /** As it is written for people and in files: lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
