package io.kvops.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTemplateTest {
    @ParameterizedTest
    @CsvSource(delimiterString = " => ", textBlock = """
        user:42:profile => user:{n}:profile
        user:42 => user:{n}
        42 => {n}
        user42 => user{n}
        session:550e8400-e29b-41d4-a716-446655440000 => session:{uuid}
        session_550E8400-E29B-41D4-A716-446655440000_x => session_{uuid}_x
        550e8400-e29b-41d4-a716-446655440000 => {uuid}
        deadbeef-dead-beef-dead-beefdeadbeef => {uuid}
        550e8400-e29b-41d4-a716-4466554400001 => {id}-e{n}b-{n}d{n}-a{n}-{n}
        cart:{user42}:items => cart:{user{n}}:items
        {42}:a => {{n}}:a
        cache/product/123 => cache/product/{n}
        product.123.price => product.{n}.price
        a:1:b:2:c:3 => a:{n}:b:{n}:c:{n}
        stats:2026-01-31 => stats:{ts}
        stats:2026-01-31:hits => stats:{ts}:hits
        stats:20260131 => stats:{ts}
        stats:2026-01 => stats:{ts}
        stats:2026-13 => stats:{n}-{n}
        stats:20261331 => stats:{n}
        log:2026-01-31T10:15:00Z => log:{ts}
        log:2026-01-31T10:15:00.123+01:00:x => log:{ts}:x
        log:20260131T101500Z => log:{ts}
        event:1700000000000 => event:{n}
        md5:d41d8cd98f00b204e9800998ecf8427e => md{n}:{id}
        etag:da39a3ee5e6b4b0d3255bfef95601890afd80709 => etag:{id}
        obj:507f1f77bcf86cd799439011 => obj:{id}
        ulid:01ARZ3NDEKTSV4RRFFQ69G5FAV => ulid:{id}
        token:dGhpcyBpcyBhIHRlc3Qx => token:{id}
        token:V1StGXR8_Z5jdHi6B-myT => token:{id}
        token:QUJDMTIzZGVmNDU2Nzg5MA== => token:{id}
        sess:a1b2c3d4 => sess:{id}
        user:bob@example.com => user:{email}
        user:bob.smith+x@mail.example.com:cart => user:{email}:cart
        bob@localhost => bob@localhost
        user:alice => user:alice
        first_name => first_name
        order_12345 => order_{n}
        order-12345-line-2 => order-{n}-line-{n}
        userProfile2Settings => userProfile{n}Settings
        v2:api => v{n}:api
        10.0.0.1 => {n}.{n}.{n}.{n}
        https://example.com/a/7?q=1 => https://example.com/a/{n}?q={n}
        größe:7 => größe:{n}
        用户:1001 => 用户:{n}
        :leading => :leading
        trailing: => trailing:
        a::b => a::b
        -5 => -{n}
        lock:com.example.Foo => lock:com.example.Foo
        """)
    void of_realWorldKey_isItsTemplate(String key, String template) {
        assertThat(KeyTemplate.of(key)).isEqualTo(template);
    }

    @Test
    void of_emptyKey_isNotEmpty() {
        assertThat(KeyTemplate.of("")).isEqualTo("{empty}");
    }

    @Test
    void of_binaryKey_keepsOnlyTheTextBeforeIt() {
        assertThat(of(0, 0, 0, 0, 0, 0, 4, 210)).isEqualTo("{bin}");
        assertThat(of('u', 's', 'e', 'r', ':', 0, 0, 4, 210)).isEqualTo("user:{bin}");
        assertThat(of('u', ':', 'x', 0xFF, ':', 'y')).isEqualTo("u:{bin}");
        assertThat(of(0xC3)).isEqualTo("{bin}");
        assertThat(of(0xED, 0xA0, 0x80)).isEqualTo("{bin}");
    }

    @Test
    void of_hugeKey_isShort() {
        byte[] huge = new byte[1 << 20];
        Arrays.fill(huge, (byte) 'x');
        assertThat(KeyTemplate.of(huge, 0, huge.length)).isEqualTo("{...}");
        Arrays.fill(huge, (byte) ':');
        assertThat(KeyTemplate.of(huge, 0, huge.length)).isEqualTo(":".repeat(16) + "{...}");
        assertThat(KeyTemplate.of("blob:" + "x".repeat(41))).isEqualTo("blob:{s}");
        assertThat(KeyTemplate.of("blob:" + "1".repeat(400))).isEqualTo("blob:{...}");
        assertThat(KeyTemplate.of("a:".repeat(17))).isEqualTo("a:".repeat(16) + "{...}");
    }

    @Test
    void of_partOfAnArray_looksAtNothingElse() {
        byte[] bytes = "zz:user:42:9".getBytes(StandardCharsets.UTF_8);
        assertThat(KeyTemplate.of(bytes, 3, 7)).isEqualTo("user:{n}");
    }

    @Test
    void of_anyBytes_isBounded() {
        long seed = new Random().nextLong();
        System.out.println("KeyTemplateTest seed " + seed);
        Random random = new Random(seed);
        byte[] alphabet = "aZ09fF:-_.@{}=T \u00e9".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 100_000; i++) {
            byte[] key = new byte[random.nextInt(random.nextInt(300) + 1)];
            boolean text = random.nextBoolean();
            for (int j = 0; j < key.length; j++) {
                key[j] = text ? alphabet[random.nextInt(alphabet.length)] : (byte) random.nextInt();
            }
            String template = KeyTemplate.of(key, 0, key.length);
            assertThat(template.length()).as("seed %d, key %d", seed, i).isBetween(1, 400);
        }
    }

    private static String of(int... bytes) {
        byte[] key = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            key[i] = (byte) bytes[i];
        }
        return KeyTemplate.of(key, 0, key.length);
    }
}
