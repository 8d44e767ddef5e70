package io.kvops.agent.boot;

/**
 * The classes that probes want to see, as internal names. It is a table here, and not read from the probes, so that
 * premain can check names without opening a file or loading a probe; a test of the core holds it equal to what the probes
 * declare.
 */
final class ProbedClasses {
    private static final String[] NAMES = {
        "redis/clients/jedis/Connection",
        "redis/clients/jedis/CommandArguments",
        "redis/clients/jedis/util/Pool",
        "redis/clients/jedis/csc/CacheStats",
        "redis/clients/jedis/executors/SimpleCommandExecutor",
        "redis/clients/jedis/executors/DefaultCommandExecutor",
        "redis/clients/jedis/executors/RetryableCommandExecutor",
        "redis/clients/jedis/executors/ClusterCommandExecutor",
        "redis/clients/jedis/mcf/CircuitBreakerCommandExecutor",
        "redis/clients/jedis/mcf/MultiDbCommandExecutor",
        "redis/clients/jedis/ConnectionFactory",
        "redis/clients/jedis/JedisFactory",
        "redis/clients/jedis/JedisClusterInfoCache",
        "redis/clients/jedis/JedisSentinelPool",
        "redis/clients/jedis/providers/SentineledConnectionProvider",
        "redis/clients/jedis/mcf/PingStrategy",
        "io/lettuce/core/RedisChannelHandler",
        "io/lettuce/core/protocol/Command",
        "io/lettuce/core/protocol/AsyncCommand",
        "io/lettuce/core/protocol/CommandArgs",
        "io/lettuce/core/protocol/CommandHandler",
        "io/lettuce/core/protocol/RedisStateMachine",
        "io/lettuce/core/output/CommandOutput",
        "io/lettuce/core/output/MultiOutput",
        "org/rocksdb/RocksDB",
        "org/rocksdb/TransactionDB",
        "org/rocksdb/OptimisticTransactionDB",
        "org/rocksdb/TtlDB",
        "org/rocksdb/Transaction",
        "org/rocksdb/AbstractRocksIterator",
    };

    private ProbedClasses() {}

    /** A fresh copy. */
    static String[] names() {
        return NAMES.clone();
    }
}
