package io.kvops.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.FakeServer;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HOTKEYS needs a Redis 8.6, which no package has: the answers are recorded from the documentation of the command. */
class HotKeysTest {
    private static final String ANSWER = "*20\r\n"
            + "$15\r\ntracking-active\r\n:0\r\n"
            + "$12\r\nsample-ratio\r\n:1\r\n"
            + "$14\r\nselected-slots\r\n*0\r\n"
            + "$25\r\nall-commands-all-slots-us\r\n:220\r\n"
            + "$32\r\nnet-bytes-all-commands-all-slots\r\n:200\r\n"
            + "$29\r\ncollection-start-time-unix-ms\r\n:1769420604522\r\n"
            + "$22\r\ncollection-duration-ms\r\n:6408\r\n"
            + "$22\r\ntotal-cpu-time-user-ms\r\n:3\r\n"
            + "$21\r\ntotal-cpu-time-sys-ms\r\n:11\r\n"
            + "$14\r\nby-cpu-time-us\r\n*6\r\n$1\r\nx\r\n:104\r\n$1\r\ny\r\n:98\r\n$1\r\nz\r\n:18\r\n";

    @Test
    @DisplayName("the keys of a tracking session that has ended are events, hottest first, with their share")
    void hotkeys_ofAnEndedSession_areEvents() throws Exception {
        try (FakeServer server = FakeServer.start(HotKeysTest::answer)) {
            Measurement found = Addresses.measure("redis://127.0.0.1:" + server.port());

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.values()).containsEntry("redis.hotkeys.tracking.ratio", 0.0);
            assertThat(found.events())
                    .filteredOn(e -> e.type() == StoreEvent.Type.HOT_KEY)
                    .extracting(e -> e.details().get("key"))
                    .containsExactly("x", "y", "z");
            assertThat(found.events().get(0).details())
                    .containsEntry("micros", "104")
                    .containsEntry("share", "0.4727");
        }
    }

    private static String answer(String command) {
        String words = command.toUpperCase(Locale.ROOT);
        if (words.startsWith("INFO")) {
            return bulk("redis_version:8.6.0\r\nrun_id:abc\r\nuptime_in_seconds:5\r\nconnected_clients:1\r\n");
        }
        if (words.startsWith("HOTKEYS")) {
            return ANSWER;
        }
        return words.startsWith("CLIENT SETINFO") ? "+OK\r\n" : "-ERR unknown command\r\n";
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }
}
