package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "redis://h:7000/3                     | redis   | redis://h:7000/3",
                "redis://h                            | redis   | redis://h:6379",
                "redis://h/0                          | redis   | redis://h:6379",
                "REDISS://u:p@h:1?ca=/c.pem           | redis   | rediss://h:1",
                "redis-cluster://a:1,b:2,[::1]:3      | redis   | redis-cluster://a:1,b:2,[::1]:3",
                "redis-sentinel://a:1,b/mymaster      | redis   | redis-sentinel://a:1,b:26379/mymaster",
                "rocksdb:/data/db?cf=users            | rocksdb | rocksdb:/data/db?cf=users",
                "rocksdb:/data/100%/what%3f?cf=users  | rocksdb | rocksdb:/data/100%/what%3F?cf=users",
                "etcd://h/a%253Fb                     | etcd    | etcd://h:2379/a%253Fb",
                "rocksdb:C:\\data\\db                 | rocksdb | rocksdb:C:\\data\\db",
                "lmdb:/data/env                       | lmdb    | lmdb:/data/env",
                "etcd://h                             | etcd    | etcd://h:2379",
                "etcd://root:x@h:2379/users@eu        | etcd    | etcd://h:2379/users@eu",
                "memcached://h                        | memcached | memcached://h:11211",
                "mvstore:/f.mv.db                     | mvstore | mvstore:/f.mv.db",
                "rdb:/dump.rdb                        | rdb     | rdb:/dump.rdb",
                "mem:things                           | mem     | mem:things",
                "host:                                | host    | host:",
                "host:/data,/var                      | host    | host:/data,/var",
                "http://h:9100/metrics?x=1            | prometheus | http://h:9100/metrics?x=1",
                "https://u:p@h/metrics#metrics=node_* | prometheus | https://h:443/metrics#metrics=node_*",
                "dump.jsonl.gz                        | file    | dump.jsonl.gz",
                "C:\\dump.kvb                         | file    | C:\\dump.kvb",
                "tickets://support                    | tickets | tickets://support",
            })
    void parse_everyForm_givesItsKindAndSubject(String text, String kind, String subject) {
        StoreAddress address = StoreAddress.parse(text);

        assertThat(address.kind()).isEqualTo(kind);
        assertThat(address.subject()).isEqualTo(subject);
        assertThat(StoreAddress.parse(subject).subject()).isEqualTo(subject);
    }

    @Test
    void parse_questionMarkInAPath_isEscaped() {
        assertThat(StoreAddress.parse("rocksdb:/data/what%3F?cf=x").path()).isEqualTo("/data/what?");
        assertThat(StoreAddress.parse("lmdb:/50%25 of %2Fall").path()).isEqualTo("/50% of %2Fall");
        assertThat(StoreAddress.parse("mem:x").withPath("a?b%3F%").toString()).isEqualTo("mem:a%3Fb%253F%");
        assertThat(StoreAddress.parse("mem:a%3Fb%253F%").path()).isEqualTo("a?b%3F%");
    }

    @Test
    void parse_credentials_areDecodedAndHidden() throws Exception {
        StoreAddress address = StoreAddress.parse("redis://ann:a%40b%3A+c@h:1/2?verify=none");

        assertThat(address.user()).isEqualTo("ann");
        assertThat(address.password().orElseThrow().resolve()).isEqualTo("a@b:+c");
        assertThat(address.options()).isEqualTo(Map.of("verify", "none"));
        assertThat(address.toString()).isEqualTo("redis://h:1/2?verify=none");
        assertThat(String.valueOf(address.password())).doesNotContain("a@b");
        assertThat(StoreAddress.parse("redis://:p@h").user()).isEmpty();
        assertThat(StoreAddress.parse("redis://h").password()).isEqualTo(Optional.empty());
    }

    @Test
    void secret_inAFile_isReadAtEachUse(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("secret"), "first\n");
        Secret secret = StoreAddress.parse("redis://u:file:" + file + "@h:1/2")
                .password()
                .orElseThrow();

        assertThat(secret.resolve()).isEqualTo("first");
        Files.writeString(file, "second\n");
        assertThat(secret.resolve()).isEqualTo("second");
        Files.delete(file);
        assertThatThrownBy(secret::resolve).isInstanceOf(StoreException.class).hasMessageContaining(file.toString());
    }

    @Test
    void secret_inTheEnvironment_isFoundOrNamed() throws Exception {
        assertThat(StoreAddress.parse("redis://u:env:PATH@h")
                        .password()
                        .orElseThrow()
                        .resolve())
                .isEqualTo(System.getenv("PATH"));
        Secret absent =
                StoreAddress.parse("redis://u:env:KVOPS_NOT_THERE@h").password().orElseThrow();
        assertThatThrownBy(absent::resolve).hasMessageContaining("KVOPS_NOT_THERE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "redis:h",
                "redis://",
                "redis://u:hush@h:0",
                "redis://u:hush@h:70000",
                "redis://u:hush@h:x",
                "redis://u:hush@h/db",
                "redis://u:hush@a,b",
                "redis://u:hu%zzsh@h",
                "redis://u:hush@h?x",
                "redis://h?password=hush",
                "redis-sentinel://u:hush@h",
                "memcached://h/x",
                "lmdb:",
                "redis://h\n:1",
            })
    void parse_nonsense_isRefusedWithoutItsPassword(String text) {
        assertThatThrownBy(() -> StoreAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("address")
                .message()
                .doesNotContain("hush");
    }

    @Test
    @DisplayName(
            "no address, however odd, gets anything else than an address or a refusal, and its password is never said")
    void parse_anything_neverTellsThePassword() {
        long seed = System.nanoTime();
        System.out.println("StoreAddressTest seed " + seed);
        Random random = new Random(seed);
        String alphabet = "redis:/@?#,[]%=&.ahb1 2\\";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder tail = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                tail.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String text = (random.nextBoolean() ? "redis://u:S3cret@" : "etcd://S3cret:S3cret@") + tail;
            try {
                assertThat(StoreAddress.parse(text).toString()).doesNotContain("S3cret");
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).doesNotContain("S3cret");
            }
        }
    }
}
