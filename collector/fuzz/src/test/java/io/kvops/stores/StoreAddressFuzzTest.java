package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any text is an address or refused in one line, and what is shown of one is a line too. */
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
        assertThat(address.subject().lines()).hasSizeLessThanOrEqualTo(1);
    }
}
