package io.kvops.agent.probe.jedis;

import static net.bytebuddy.matcher.ElementMatchers.isMethod;
import static net.bytebuddy.matcher.ElementMatchers.isStatic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import io.kvops.agent.boot.Described;
import io.kvops.agent.boot.Link;
import io.kvops.agent.boot.Linked;
import io.kvops.agent.boot.Measured;
import io.kvops.agent.boot.Op;
import io.kvops.agent.probe.Probe;
import io.kvops.agent.probe.Weaving;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FieldAccessor;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatcher;

/** Jedis 4.0.0 to 8.0.2: single connections, pools, clusters, pipelines, transactions. */
public final class JedisProbe implements Probe {
    private static final String PACKAGE = "redis/clients/jedis/";
    private static final String COMMAND_OBJECT = "redis.clients.jedis.CommandObject";
    private static final String COMMAND_ARGUMENTS = "redis.clients.jedis.CommandArguments";

    /** What the caller of a pooled or cluster client calls: one operation, however many connections and attempts it takes. */
    private static final String[] EXECUTORS = {
        PACKAGE + "executors/SimpleCommandExecutor",
        PACKAGE + "executors/DefaultCommandExecutor",
        PACKAGE + "executors/RetryableCommandExecutor",
        PACKAGE + "executors/ClusterCommandExecutor",
        PACKAGE + "mcf/CircuitBreakerCommandExecutor",
        PACKAGE + "mcf/MultiDbCommandExecutor",
    };

    /** Classes whose named methods send what no application asked for. */
    private static final String[][] INTERNAL = {
        {
            PACKAGE + "ConnectionFactory",
            "makeObject",
            "validateObject",
            "activateObject",
            "passivateObject",
            "destroyObject"
        },
        {PACKAGE + "JedisFactory", "makeObject", "validateObject", "activateObject", "passivateObject", "destroyObject"
        },
        {PACKAGE + "JedisClusterInfoCache", "discoverClusterNodesAndSlots", "renewClusterSlots", "discoverClusterSlots"
        },
        {PACKAGE + "JedisSentinelPool", "initSentinels"},
        {PACKAGE + "providers/SentineledConnectionProvider", "initSentinels"},
        {PACKAGE + "mcf/PingStrategy", "doHealthCheck"},
    };

    @Override
    public String[] classNames() {
        String[] single = {"Connection", "CommandArguments", "util/Pool", "csc/CacheStats"};
        String[] names = new String[single.length + EXECUTORS.length + INTERNAL.length];
        int n = 0;
        for (String name : single) {
            names[n++] = PACKAGE + name;
        }
        for (String name : EXECUTORS) {
            names[n++] = name;
        }
        for (String[] row : INTERNAL) {
            names[n++] = row[0];
        }
        return names;
    }

    @Override
    public DynamicType.Builder<?> instrument(DynamicType.Builder<?> builder, TypeDescription type, Weaving weaving) {
        String name = type.getInternalName();
        switch (name.substring(PACKAGE.length())) {
            case "Connection":
                return connection(builder, weaving);
            case "CommandArguments":
                return builder.implement(Described.class)
                        .defineMethod("kvopsDescribe", void.class, Visibility.PUBLIC)
                        .withParameters(Op.class)
                        .intercept(StubMethod.INSTANCE)
                        .defineMethod("kvopsDatabase", int.class, Visibility.PUBLIC)
                        .intercept(StubMethod.INSTANCE)
                        .visit(weaving.advice(JedisAdvice.Describe.class, named("kvopsDescribe")))
                        .visit(weaving.advice(JedisAdvice.Database.class, named("kvopsDatabase")));
            case "util/Pool":
                return builder.implement(Linked.class, Measured.class)
                        .defineField("kvops$link", Link.class, Visibility.PRIVATE)
                        .defineMethod("kvopsLink", Link.class, Visibility.PUBLIC)
                        .intercept(FieldAccessor.ofField("kvops$link"))
                        .defineMethod("kvopsLink", void.class, Visibility.PUBLIC)
                        .withParameters(Link.class)
                        .intercept(FieldAccessor.ofField("kvops$link"))
                        .defineMethod("kvopsMeasure", double.class, Visibility.PUBLIC)
                        .withParameters(String.class, Object.class)
                        .intercept(StubMethod.INSTANCE)
                        .visit(weaving.advice(JedisAdvice.PoolMeasure.class, named("kvopsMeasure")))
                        .visit(weaving.advice(
                                JedisAdvice.PoolWait.class, named("getResource").and(takesNoArguments())));
            case "csc/CacheStats":
                return builder.visit(weaving.advice(JedisAdvice.CacheHit.class, named("hit")));
            default:
                break;
        }
        for (String[] row : INTERNAL) {
            if (row[0].equals(name)) {
                return builder.visit(weaving.advice(JedisAdvice.Internal.class, methods(row)));
            }
        }
        return builder.visit(weaving.advice(
                JedisAdvice.ExecuteObject.class,
                namedOneOf("executeCommand", "executeCommandToReplica", "broadcastCommand")
                        .and(takesArgument(0, named(COMMAND_OBJECT)))));
    }

    private static DynamicType.Builder<?> connection(DynamicType.Builder<?> builder, Weaving weaving) {
        return builder.implement(Linked.class)
                .defineField("kvops$link", Link.class, Visibility.PRIVATE)
                .defineMethod("kvopsLink", Link.class, Visibility.PUBLIC)
                .intercept(FixedValue.nullValue())
                .defineMethod("kvopsLink", void.class, Visibility.PUBLIC)
                .withParameters(Link.class)
                .intercept(FieldAccessor.ofField("kvops$link"))
                .visit(weaving.advice(
                        JedisAdvice.MakeLink.class, named("kvopsLink").and(takesNoArguments())))
                .visit(weaving.advice(
                        JedisAdvice.ConnectionObject.class,
                        named("executeCommand").and(takesArguments(1)).and(takesArgument(0, named(COMMAND_OBJECT)))))
                .visit(weaving.advice(
                        JedisAdvice.ConnectionArguments.class,
                        named("executeCommand").and(takesArguments(1)).and(takesArgument(0, named(COMMAND_ARGUMENTS)))))
                .visit(weaving.advice(
                        JedisAdvice.Send.class,
                        named("sendCommand").and(takesArguments(1)).and(takesArgument(0, named(COMMAND_ARGUMENTS)))))
                .visit(weaving.advice(JedisAdvice.Read.class, named("readProtocolWithCheckingBroken")))
                .visit(weaving.advice(JedisAdvice.ReadMany.class, named("getMany")))
                .visit(weaving.advice(JedisAdvice.Disconnect.class, namedOneOf("disconnect", "forceDisconnect")))
                .visit(weaving.advice(JedisAdvice.SetUp.class, named("initializeFromClientConfig")));
    }

    private static ElementMatcher<MethodDescription> methods(String[] row) {
        ElementMatcher.Junction<MethodDescription> any = named(row[1]);
        for (int i = 2; i < row.length; i++) {
            any = any.or(named(row[i]));
        }
        return any.and(isMethod()).and(not(isStatic()));
    }
}
