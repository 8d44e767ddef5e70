package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any text is an address or refused in one line, and an address shown is the same when read again. */
class StoreAddressFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void parse(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        StoreAddress address;
        try {
            address = StoreAddress.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotNull();
            assertThat(e.getMessage().lines()).hasSizeLessThanOrEqualTo(1);
            return;
        }
        String shown = address.toString();
        assertThat(shown.lines()).hasSizeLessThanOrEqualTo(1);
        assertThat(StoreAddress.parse(shown).toString()).isEqualTo(shown);
        assertThat(StoreAddress.parse(address.subject()).subject()).isEqualTo(address.subject());
    }
}
