package io.kvops.server.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreNamesTest {
    @ParameterizedTest
    @CsvSource({
        "redis, cache:6379/0, redis://cache:6379",
        "redis, cache:6379/15, redis://cache:6379",
        "redis, cache:6379, redis://cache:6379",
        "redis, secure:6380/0, rediss://secure:6380",
        "redis, '[::1]:6379/2', 'redis://[::1]:6379'",
        "etcd, http://10.0.0.1:2379, etcd://10.0.0.1:2379",
        "rocksdb, /var/lib/app, rocksdb:/var/lib/app",
        "rocksdb, /inside, /inside",
        "rocksdb, 'C:\\data', 'rocksdb:C:\\data'",
        "redis, '', redis",
        "memcached, secure:6380, memcached://secure:6380",
    })
    void endpoint_hasTheNameOfItsProbe(String kind, String endpoint, String name) {
        Set<String> probed = Set.of("rediss://secure:6380", "/inside", "redis-cluster://cache:6379,b:6379", "host:/");
        assertThat(StoreNames.of(kind, endpoint, probed, "")).isEqualTo(name);
    }
}
