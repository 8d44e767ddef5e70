package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.testing.TestView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfigOnlineTest {
    private final StringWriter err = new StringWriter();

    private int set(HttpDoor door, String... pairs) {
        String[] args = new String[pairs.length + 4];
        System.arraycopy(pairs, 0, args, 4, pairs.length);
        System.arraycopy(
                new String[] {"config", "set", "--collector", "http://127.0.0.1:" + door.port()}, 0, args, 0, 4);
        return Main.run(args, new PrintWriter(new StringWriter(), true), new PrintWriter(err, true));
    }

    @Test
    @DisplayName("config set takes a value as the file would, and what is a text there arrives as that text")
    void values_haveTheTypesOfAFile() throws Exception {
        try (TestView view = new TestView();
                HttpDoor door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC())) {
            door.start();

            assertThat(set(door, "b", "5", "c", "5ms", "d", "yes", "e", "[x, 7]", "f", "", "g", "'*x'", "h", "\"007\""))
                    .as(err.toString())
                    .isZero();
            assertThat(view.config.current().yaml())
                    .isEqualTo("a: 1\nb: 5\nc: \"5ms\"\nd: true\ne: [\"x\",7]\nf: \ng: \"*x\"\nh: \"007\"\n");

            assertThat(set(door, "i", "*x")).isEqualTo(1);
            assertThat(err.toString()).contains("i: the value:1: *x is an alias (expected the value itself");
        }
    }
}
