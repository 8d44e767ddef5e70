package io.kvops.analyzer;

import io.kvops.op.OpClass;

/** What kind of operation a piece of code times by {@link PerformanceAnalyzer#start}. Its name is the op of the series. */
public enum OpType {
    GET(OpClass.READ),
    MULTIGET(OpClass.READ),
    EXISTS(OpClass.READ),
    PUT(OpClass.WRITE),
    SET(OpClass.WRITE),
    MERGE(OpClass.WRITE),
    INCREMENT(OpClass.WRITE),
    BATCH(OpClass.WRITE),
    DELETE(OpClass.DELETE),
    SCAN(OpClass.SCAN),
    SCRIPT(OpClass.SCRIPT),
    TRANSACTION(OpClass.TRANSACTION),
    COMMIT(OpClass.TRANSACTION),
    ADMIN(OpClass.ADMIN),
    OTHER(OpClass.OTHER);

    private final OpClass opClass;

    OpType(OpClass opClass) {
        this.opClass = opClass;
    }

    /** The class that the op counts in. */
    public OpClass opClass() {
        return opClass;
    }
}
