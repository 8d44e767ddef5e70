package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** Where a reader has its keys from, in pages that are asked for ahead. For one thread. */
interface KeySource {
    /** Keys of one page, and where reading goes on once their records were told. */
    record Page(List<byte[]> keys, String after) {}

    /** Whether there is a page to ask for. */
    boolean more();

    /** Asks for the next page, behind what was asked before. */
    void ask(RespOutput out) throws IOException;

    /** The answer to the oldest question. */
    Page answer(RespInput in, Predicate<Slice> wanted) throws IOException, StoreException, ErrorReply;

    /** Where reading begins. */
    String start();

    /** What is left when these keys of a page are, and what comes after it; from before the page if they are too many to note. */
    ScanPart rest(List<byte[]> left, String before, String after);
}
