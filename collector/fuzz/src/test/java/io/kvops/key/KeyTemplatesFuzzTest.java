package io.kvops.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any key has a pattern; a table that is full has room for no more. */
class KeyTemplatesFuzzTest {
    private static final int PATTERNS_MAX = 16;
    private static final int KEYS_MAX = 200;

    @FuzzTest(maxDuration = "60s")
    void idOf(FuzzedDataProvider data) {
        KeyTemplates templates = new KeyTemplates(PATTERNS_MAX);
        for (int i = 0; i < KEYS_MAX && data.remainingBytes() > 0; i++) {
            byte[] key = data.consumeBytes(data.consumeInt(0, 64));
            int id = templates.idOf(key, 0, key.length);
            assertThat(templates.idOf(key, 0, key.length)).isEqualTo(id);
            assertThat(templates.pattern(id)).isNotNull().doesNotContain("\n");
            assertThat(templates.size()).isLessThanOrEqualTo(PATTERNS_MAX + 1);
        }
    }
}
