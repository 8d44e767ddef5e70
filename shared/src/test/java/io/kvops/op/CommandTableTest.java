package io.kvops.op;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandTableTest {
    @Test
    void opClass_ofRedisCommands() {
        assertThat(CommandTable.opClass("redis", "GET")).isEqualTo(OpClass.READ);
        assertThat(CommandTable.opClass("redis", "get")).isEqualTo(OpClass.READ);
        assertThat(CommandTable.opClass("valkey", "HSET")).isEqualTo(OpClass.WRITE);
        assertThat(CommandTable.opClass("redis", "DEL")).isEqualTo(OpClass.DELETE);
        assertThat(CommandTable.opClass("redis", "SCAN")).isEqualTo(OpClass.SCAN);
        assertThat(CommandTable.opClass("redis", "EVALSHA")).isEqualTo(OpClass.SCRIPT);
        assertThat(CommandTable.opClass("redis", "EXEC")).isEqualTo(OpClass.TRANSACTION);
        assertThat(CommandTable.opClass("redis", "BLPOP")).isEqualTo(OpClass.BLOCKING);
        assertThat(CommandTable.opClass("redis", "INFO")).isEqualTo(OpClass.ADMIN);
        assertThat(CommandTable.opClass("redis", "JSON.GET")).isEqualTo(OpClass.READ);
        assertThat(CommandTable.opClass("redis", "HGETEX")).isEqualTo(OpClass.WRITE);
        assertThat(CommandTable.opClass("redis", "NOSUCH")).isEqualTo(OpClass.OTHER);
    }

    @Test
    void opClass_ofOtherStores() {
        assertThat(CommandTable.opClass("rocksdb", "PUT")).isEqualTo(OpClass.WRITE);
        assertThat(CommandTable.opClass("rocksdb", "SEEK")).isEqualTo(OpClass.SCAN);
        assertThat(CommandTable.opClass("lmdb", "COMMIT")).isEqualTo(OpClass.TRANSACTION);
        assertThat(CommandTable.opClass("memcached", "GATS")).isEqualTo(OpClass.READ);
        assertThat(CommandTable.opClass("memcached", "HSET")).isEqualTo(OpClass.OTHER);
        assertThat(CommandTable.opClass("etcd", "WATCH")).isEqualTo(OpClass.BLOCKING);
        assertThat(CommandTable.opClass("in-house", "GET")).isEqualTo(OpClass.READ);
        assertThat(CommandTable.opClass("in-house", "LPUSH")).isEqualTo(OpClass.WRITE);
    }

    @Test
    void keyIndex_ofEachStyle() {
        assertThat(CommandTable.keyIndex("GET")).isEqualTo(1);
        assertThat(CommandTable.keyIndex("PING")).isZero();
        assertThat(CommandTable.keyIndex("BITOP")).isEqualTo(2);
        assertThat(CommandTable.keyIndex("OBJECT")).isEqualTo(2);
        assertThat(CommandTable.keyIndex("EVAL")).isEqualTo(-2);
        assertThat(CommandTable.keyIndex("ZUNION")).isEqualTo(-1);
        assertThat(CommandTable.keyIndex("XREAD")).isEqualTo(CommandTable.KEY_UNKNOWN);
        assertThat(CommandTable.keyIndex("NOSUCH")).isEqualTo(CommandTable.KEY_UNKNOWN);
        assertThat(CommandTable.keyStep("MGET")).isEqualTo(1);
        assertThat(CommandTable.keyStep("MSET")).isEqualTo(2);
        assertThat(CommandTable.keyStep("GET")).isZero();
        assertThat(CommandTable.wordsAfterKeys("BLPOP")).isEqualTo(1);
        assertThat(CommandTable.wordsAfterKeys("MGET")).isZero();
    }

    @Test
    void marks_tellWhatClientsSendForThemselves() {
        assertThat(CommandTable.isInternal("redis", "HELLO")).isTrue();
        assertThat(CommandTable.isInternal("redis", "CLIENT")).isTrue();
        assertThat(CommandTable.isInternal("redis", "PING")).isFalse();
        assertThat(CommandTable.mayBeInternal("redis", "PING")).isTrue();
        assertThat(CommandTable.isInternal("redis", "GET")).isFalse();
        assertThat(CommandTable.blocksOnDemand("XREADGROUP")).isTrue();
        assertThat(CommandTable.blocksOnDemand("BLPOP")).isFalse();
    }
}
