package io.kvops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShopOptionsTest {
    @Test
    void parse_requiredOnly_hasDefaults() {
        assertThat(ShopOptions.parse(
                        "--redis", "127.0.0.1:6379", "--rocksdb", "db", "--seconds", "20", "--truth", "t.json"))
                .isEqualTo(new ShopOptions("127.0.0.1", 6379, Path.of("db"), 20, Path.of("t.json"), 1, 12_000));
    }

    @Test
    void parse_all_takesAll() {
        assertThat(ShopOptions.parse(
                        "--rate",
                        "500",
                        "--seed",
                        "-7",
                        "--truth",
                        "t",
                        "--seconds",
                        "1",
                        "--rocksdb",
                        "d",
                        "--redis",
                        "::1:1"))
                .isEqualTo(new ShopOptions("::1", 1, Path.of("d"), 1, Path.of("t"), -7, 500));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --redis h:1 --rocksdb d --seconds 1               | --truth is missing
            --redis h --rocksdb d --seconds 1 --truth t       | --redis: h (expected HOST:PORT)
            --redis h:0 --rocksdb d --seconds 1 --truth t     | --redis: port 0 (expected 1 to 65535)
            --redis h:1 --rocksdb d --seconds 0 --truth t     | --seconds: 0 (expected 1 to 86400)
            --redis h:1 --rocksdb d --seconds x --truth t     | --seconds: x (expected a number)
            --redis h:1 --rocksdb d --seconds 1 --truth       | --truth: value missing
            --redis h:1 --redis h:1                           | --redis: given twice
            --rate 1 --redis h:1 --rocksdb d --seconds 1 --truth t | --rate: 1 (expected 100 to 1000000)
            --seconds 99999999999 --redis h:1 --rocksdb d --truth t | --seconds: 99999999999 is too large
            --color red                                       | unknown option --color
            """)
    void parse_wrong_saysWhatIsExpected(String args, String message) {
        assertThatThrownBy(() -> ShopOptions.parse(args.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
