package io.kvops.demo;

/** One kind of work in the shop, done by one thread. */
interface Clerk {
    /** Does one round of work; every operation it asks for has completed and is counted when this returns. */
    void visit() throws Exception;
}
