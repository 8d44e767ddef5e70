package io.kvops.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyTemplatesTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    KeyTemplatesTest() {
        System.out.println("KeyTemplatesTest seed " + seed);
    }

    @Test
    void idOf_knownTemplates_areThoseOfKeyTemplate() {
        KeyTemplates templates = new KeyTemplates(1000);
        for (String key : List.of(
                "user:42:profile",
                "session:550e8400-e29b-41d4-a716-446655440000",
                "cart:{user42}:items",
                "a:2026-01-31T10:15:00Z",
                "x",
                "größe:7",
                "u:\u0000",
                "bob@example.com",
                "",
                ":",
                "a:".repeat(30))) {
            int id = id(templates, key);
            assertThat(templates.pattern(id)).isEqualTo(KeyTemplate.of(key));
            assertThat(id(templates, key)).isEqualTo(id);
        }
        assertThat(id(templates, "user:43:profile")).isEqualTo(id(templates, "user:42:profile"));
        assertThat(templates.overflow()).isZero();
    }

    @Test
    void idOf_manyNames_collapse() {
        Map<String, Integer> counts = shown(10_000, () -> "user:" + name() + ":profile");
        assertThat(counts.get("user:{s}:profile")).isGreaterThan(9_900);
        assertThat(counts).hasSizeLessThan(40).doesNotContainKey("other");
    }

    @Test
    void idOf_manyNamesAtTheEnd_collapseButPrefixesStay() {
        Map<String, Integer> counts =
                shown(10_000, () -> random.nextInt(4) == 0 ? "counter:{" + random.nextInt() + "}" : name());
        assertThat(counts.get("{s}")).isGreaterThan(7_000);
        assertThat(counts).hasSizeLessThan(40).containsKey("counter:{{n}}");
    }

    @Test
    void idOf_slugsOfAnyLength_collapseToOne() {
        Map<String, Integer> counts = shown(20_000, () -> {
            StringBuilder slug = new StringBuilder("blog:post:").append(name());
            for (int i = random.nextInt(6); i > 0; i--) {
                slug.append('-').append(name());
            }
            return slug.toString();
        });
        assertThat(counts.get("blog:post:{s}")).isGreaterThan(19_000);
        assertThat(counts).doesNotContainKey("other");
    }

    @Test
    void idOf_fewNames_stay() {
        String[] names = {"eu", "us", "asia"};
        Map<String, Integer> counts =
                shown(1_000, () -> "region:" + names[random.nextInt(3)] + ":" + random.nextInt(99));
        assertThat(counts).containsOnlyKeys("region:eu:{n}", "region:us:{n}", "region:asia:{n}");
    }

    @Test
    void idOf_hostileKeys_staysWithinItsBound() {
        KeyTemplates templates = new KeyTemplates(64);
        byte[] alphabet = "ab1:/-.@".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 200_000; i++) {
            byte[] key = new byte[1 + random.nextInt(12)];
            for (int j = 0; j < key.length; j++) {
                key[j] = alphabet[random.nextInt(alphabet.length)];
            }
            templates.idOf(key, 0, key.length);
        }
        assertThat(templates.size()).isLessThanOrEqualTo(64);
        assertThat(templates.overflow()).isPositive();
        IntStream.range(0, templates.size())
                .forEach(i -> assertThat(templates.pattern(i)).isNotEmpty());
    }

    @Test
    void idOf_manyThreads_agree() throws InterruptedException {
        KeyTemplates templates = new KeyTemplates(512);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long threadSeed = seed + t;
            Thread thread = new Thread(() -> {
                Random mine = new Random(threadSeed);
                for (int i = 0; i < 50_000; i++) {
                    String key = "p" + (char) ('a' + mine.nextInt(26)) + ":" + mine.nextInt(1000);
                    assertThat(templates.pattern(id(templates, key))).isEqualTo(KeyTemplate.of(key));
                }
            });
            thread.setUncaughtExceptionHandler((at, e) -> {
                synchronized (failures) {
                    failures.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(templates.size()).isEqualTo(2 + 26);
    }

    @Test
    void idOf_sameKeysInTheSameOrder_givesTheSameNumbers() {
        KeyTemplates a = new KeyTemplates(128);
        KeyTemplates b = new KeyTemplates(128);
        for (int i = 0; i < 10_000; i++) {
            String key = name() + ":" + name() + ":" + random.nextInt(50);
            assertThat(id(a, key)).isEqualTo(id(b, key));
        }
    }

    @Test
    void new_boundOutOfRange_isRefused() {
        assertThatThrownBy(() -> new KeyTemplates(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxPatterns: 1 (expected 16 to 65536)");
    }

    private Map<String, Integer> shown(int keys, java.util.function.Supplier<String> key) {
        KeyTemplates templates = new KeyTemplates(1000);
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < keys; i++) {
            counts.merge(templates.pattern(id(templates, key.get())), 1, Integer::sum);
        }
        return counts;
    }

    /** One of a million. */
    private String name() {
        char[] name = new char[5];
        for (int i = 0; i < name.length; i++) {
            name[i] = (char) ('a' + random.nextInt(16) + (i & 1) * 8);
        }
        return new String(name);
    }

    private static int id(KeyTemplates templates, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return templates.idOf(bytes, 0, bytes.length);
    }
}
