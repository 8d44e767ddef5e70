package io.kvops.planner.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {
    private static final Path SHIPPED = Path.of("../../config/instances.yaml");

    private static final String ODD = "{}[]:,-#&*!|>'\"%@`\n\t \0";

    static final String TWO = """
            currency: EUR
            dated: 2026-06-17
            source: a price list
            hoursPerMonth: 730
            hoursPerYear: 8760
            shapes:
              - {name: small, vcpus: 2, memory: 8GiB, disk: 100GiB, connections: 10000, pricePerHour: 0.1}
              - {name: large, vcpus: 8, memory: 32GiB, disk: 100GiB, connections: 10000, pricePerHour: 0.3333}
            """;

    @Test
    @DisplayName("the shipped catalog is read, and says where its prices are from")
    void shipped_isRead() {
        Catalog c = Catalog.load(SHIPPED);
        assertThat(c.shapes()).hasSizeGreaterThan(10);
        assertThat(c.source()).contains("sample").contains("Amazon EC2");
        assertThat(c.shape("r7g.xlarge").orElseThrow().memoryBytes()).isEqualTo(32L << 30);
    }

    @Test
    @DisplayName("costs are right to the cent")
    void costs_areExact() {
        Catalog c = Catalog.parse(TWO, "t");
        Layout three = new Layout(c.shape("large").orElseThrow(), 3, 1);
        // 6 x 0.3333 x 730 = 1459.854; x 8760 = 17518.248
        assertThat(three.cost(c)).hasToString("1459.85 EUR a month, 17518.25 a year");
    }

    @ParameterizedTest
    @DisplayName("what is wrong is refused with its line")
    @CsvSource(
            delimiter = '|',
            value = {
                "currency: EUR|colour: red|t, line 1: unknown key 'colour'",
                "dated: 2026-06-17|dated: yesterday|t, line 2: dated: 'yesterday' (expected a day",
                "source: a price list|currency: EUR|t, line 3: key 'currency' is there twice",
                "hoursPerMonth: 730|hoursPerMonth: 1000|t, line 4: hoursPerMonth: '1000' (expected a whole number from 1 to 744)",
                "vcpus: 2|vcpus: two|t, line 7: vcpus: 'two'",
                "memory: 8GiB|memory: 8GB|t, line 7: memory: '8GB'",
                "memory: 8GiB|memory: 9999999999TiB|t, line 7: memory:",
                "pricePerHour: 0.1}|pricePerHour: -1}|t, line 7: pricePerHour: '-1'",
                "pricePerHour: 0.1}|pricePerHour: NaN}|t, line 7: pricePerHour: 'NaN'",
                "name: large, |''|t, line 8: the shape has no 'name'",
                "name: large|name: small|t, line 8: name: 'small' is there twice",
                "hoursPerYear: 8760|hoursPerYear: [1]|t, line 5: hoursPerYear: expected a single value",
                "shapes:|shapes: {|t, line",
            })
    void wrong_isRefused(String from, String to, String message) {
        assertThatThrownBy(() -> Catalog.parse(TWO.replace(from, to), "t"))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    @DisplayName("an empty file, a missing one, and 500 random damages are read or refused, never anything else")
    void damage_isRefused() throws Exception {
        assertThatThrownBy(() -> Catalog.parse("", "t")).isInstanceOf(CatalogException.class);
        assertThatThrownBy(() -> Catalog.load(Path.of("none.yaml"))).hasMessageContaining("--price-file");
        String shipped = Files.readString(SHIPPED);
        long seed = 4;
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            StringBuilder text = new StringBuilder(shipped);
            for (int k = 0; k <= random.nextInt(3); k++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, ODD.charAt(random.nextInt(ODD.length())));
                    default -> text.setLength(at + 1);
                }
            }
            try {
                assertThat(Catalog.parse(text.toString(), "t").shapes()).isNotEmpty();
            } catch (CatalogException e) {
                assertThat(e).as("seed " + seed + " run " + run).hasMessageMatching("(?s)t, line \\d+: .+");
            }
        }
    }
}
