package io.kvops.agent.boot;

import org.jspecify.annotations.Nullable;

/** What the isolated part of the agent offers to the premain part. One object per JVM, made on first need. */
public abstract class AgentCore {
    /**
     * Rewrites a class that is being loaded.
     *
     * @param loader its loader, null for the bootstrap loader
     * @param name internal name
     * @param bytes the class file; not to be modified
     * @return the new class file, or null to leave it as it is; never throws
     */
    public abstract byte @Nullable [] transform(@Nullable ClassLoader loader, String name, byte[] bytes);

    /** Starts only what delivers the spools of dead processes. Later calls do nothing. */
    public abstract void startDelivery();

    /**
     * At exit: waits until what dead processes left is delivered.
     *
     * @param nanos how long at most
     */
    public abstract void finishDelivery(long nanos);
}
