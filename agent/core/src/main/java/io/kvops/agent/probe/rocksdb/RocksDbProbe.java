package io.kvops.agent.probe.rocksdb;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.isNative;
import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.isStatic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.kvops.agent.boot.Link;
import io.kvops.agent.boot.Linked;
import io.kvops.agent.boot.Measured;
import io.kvops.agent.probe.Probe;
import io.kvops.agent.probe.Weaving;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FieldAccessor;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatcher;

/** RocksDB's Java binding: databases, transactions, iterators. */
public final class RocksDbProbe implements Probe {
    private static final String PACKAGE = "org/rocksdb/";

    /** Operation, then the methods that are it. */
    private static final String[][] READS = {
        {"GET", "get"},
        {"GETFORUPDATE", "getForUpdate"},
        {"MULTIGET", "multiGet", "multiGetAsList", "multiGetByteBuffers"},
        {"MULTIGETFORUPDATE", "multiGetForUpdate", "multiGetForUpdateAsList"},
    };

    private static final String[][] WRITES = {
        {"PUT", "put", "putUntracked"},
        {"MERGE", "merge", "mergeUntracked"},
        {"DELETE", "delete", "deleteUntracked"},
        {"SINGLEDELETE", "singleDelete"},
        {"DELETERANGE", "deleteRange"},
        {"EXISTS", "keyExists", "keyMayExist"},
    };

    @Override
    public String[] classNames() {
        return new String[] {
            PACKAGE + "RocksDB",
            PACKAGE + "TransactionDB",
            PACKAGE + "OptimisticTransactionDB",
            PACKAGE + "TtlDB",
            PACKAGE + "Transaction",
            PACKAGE + "AbstractRocksIterator",
        };
    }

    @Override
    public DynamicType.Builder<?> instrument(DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving) {
        switch (type.getInternalName().substring(PACKAGE.length())) {
            case "RocksDB":
                return operations(measured(linked(opens(builder, weaving)), weaving), type, weaving)
                        .visit(weaving.advice(
                                DataArgument.mapping("WRITE"), RocksDbAdvice.WriteAll.class, wrapper("write")));
            case "Transaction":
                return operations(linked(builder), type, weaving)
                        .visit(weaving.advice(RocksDbAdvice.Begin.class, isConstructor()))
                        .visit(weaving.advice(
                                DataArgument.mapping("COMMIT"), RocksDbAdvice.Write.class, wrapper("commit")))
                        .visit(weaving.advice(
                                DataArgument.mapping("ROLLBACK"), RocksDbAdvice.Write.class, wrapper("rollback")));
            case "AbstractRocksIterator":
                return linked(builder)
                        .visit(weaving.advice(RocksDbAdvice.Begin.class, isConstructor()))
                        .visit(weaving.advice(
                                DataArgument.mapping("SEEK"),
                                RocksDbAdvice.Seek.class,
                                wrapper("seek", "seekForPrev", "seekToFirst", "seekToLast")))
                        .visit(weaving.advice(DataArgument.mapping("NEXT"), RocksDbAdvice.Step.class, wrapper("next")))
                        .visit(weaving.advice(DataArgument.mapping("PREV"), RocksDbAdvice.Step.class, wrapper("prev")));
            default:
                return opens(builder, weaving);
        }
    }

    private static DynamicType.Builder<?> measured(DynamicType.Builder<?> builder, Weaving weaving) {
        return builder.implement(Measured.class)
                .defineMethod("kvopsMeasure", double.class, Visibility.PUBLIC)
                .withParameters(String.class, Object.class)
                .intercept(StubMethod.INSTANCE)
                .visit(weaving.advice(RocksDbAdvice.Measure.class, named("kvopsMeasure")));
    }

    private static DynamicType.Builder<?> opens(DynamicType.Builder<?> builder, Weaving weaving) {
        return builder.visit(weaving.advice(
                        RocksDbAdvice.Open.class,
                        namedOneOf("open", "openReadOnly", "openAsSecondary")
                                .and(isStatic())
                                .and(isPublic())
                                .and(not(isNative()))))
                .visit(weaving.advice(
                        RocksDbAdvice.Close.class, namedOneOf("close", "closeE").and(takesNoArguments())));
    }

    private static DynamicType.Builder<?> linked(DynamicType.Builder<?> builder) {
        return builder.implement(Linked.class)
                .defineField("kvops$link", Link.class, Visibility.PRIVATE)
                .defineMethod("kvopsLink", Link.class, Visibility.PUBLIC)
                .intercept(FieldAccessor.ofField("kvops$link"))
                .defineMethod("kvopsLink", void.class, Visibility.PUBLIC)
                .withParameters(Link.class)
                .intercept(FieldAccessor.ofField("kvops$link"));
    }

    private static DynamicType.Builder<?> operations(
            DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving) {
        DynamicType.Builder<?> b = builder;
        ElementMatcher.Junction<MethodDescription> length = returns(int.class);
        ElementMatcher.Junction<MethodDescription> status = returns(named("org.rocksdb.GetStatus"));
        // older versions have no such type, so the advice that names it must not be looked at
        boolean hasStatus = !type.getDeclaredMethods().filter(status).isEmpty();
        for (String[] row : READS) {
            ElementMatcher.Junction<MethodDescription> methods = wrapper(row);
            if (hasStatus) {
                b = b.visit(weaving.advice(
                        DataArgument.mapping(row[0]), RocksDbAdvice.ReadStatus.class, methods.and(status)));
            }
            b = b.visit(weaving.advice(
                            DataArgument.mapping(row[0]), RocksDbAdvice.ReadLength.class, methods.and(length)))
                    .visit(weaving.advice(
                            DataArgument.mapping(row[0]),
                            RocksDbAdvice.ReadBytes.class,
                            methods.and(not(length)).and(not(status))));
        }
        for (String[] row : WRITES) {
            b = b.visit(weaving.advice(DataArgument.mapping(row[0]), RocksDbAdvice.Write.class, wrapper(row)));
        }
        return b;
    }

    private static ElementMatcher.Junction<MethodDescription> wrapper(String... names) {
        ElementMatcher.Junction<MethodDescription> named = namedOneOf(names);
        return named.and(isPublic()).and(not(isStatic())).and(not(isNative()));
    }
}
