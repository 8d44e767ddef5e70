package io.kvops.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
    @Test
    void of_plainText_isItself() {
        assertThat(VisibleText.of("user:42:profile ключ 日本 \ud83d\ude00 <b>"))
                .isEqualTo("user:42:profile ключ 日本 \ud83d\ude00 <b>");
        assertThat(VisibleText.of(null)).isEmpty();
    }

    @Test
    void of_hidingCharacters_showsThem() {
        assertThat(VisibleText.of("a\u0000b\tc\nd\u007f\u0085")).isEqualTo("a\\x00b\\x09c\\x0ad\\x7f\\x85");
        assertThat(VisibleText.of("\u202egpj\u2066\u200b\ufeff\u2028"))
                .isEqualTo("\\u202egpj\\u2066\\u200b\\ufeff\\u2028");
        assertThat(VisibleText.of("\ud800x\udc00")).isEqualTo("\\ud800x\\udc00");
        assertThat(VisibleText.of("tag \udb40\udc41")).isEqualTo("tag \\udb40\\udc41");
    }

    @Test
    void of_longText_isCutAndSaysSo() {
        assertThat(VisibleText.of("k".repeat(10_000), 120))
                .startsWith("k".repeat(120) + "… (10")
                .endsWith("characters)")
                .hasSizeLessThan(150);
    }

    @Test
    void of_anything_neverHoldsAHidingCharacter() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            char[] chars = new char[random.nextInt(40)];
            for (int i = 0; i < chars.length; i++) {
                chars[i] = (char) random.nextInt(0x10000);
            }
            String visible = VisibleText.of(new String(chars), 1 + random.nextInt(40));
            assertThat(visible.codePoints()
                            .noneMatch(c -> Character.isISOControl(c)
                                    || Character.getType(c) == Character.FORMAT
                                    || Character.getType(c) == Character.SURROGATE))
                    .as("seed %d: %s", seed, visible)
                    .isTrue();
        }
    }
}
