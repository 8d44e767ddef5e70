package io.kvops.planner.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.planner.scaling.ScalabilityLaw;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AdvisorTest {
    private static final double GIB = 1L << 30;
    private static final Catalog TWO = Catalog.parse(CatalogTest.TWO, "t");
    private static final AdvisorOptions OPTIONS = AdvisorOptions.defaults();

    private static Layout layout(String shape, int shards) {
        return new Layout(TWO.shape(shape).orElseThrow(), shards, 0);
    }

    @Test
    @DisplayName("memory that outgrows a machine: the larger one, if it is cheaper than more of today's")
    void memory_vertical() {
        Need need = Need.ofMemory(new Quantity(18 * GIB, 20 * GIB, 22 * GIB));
        Advice advice = new Advisor(TWO, OPTIONS).advise(need, layout("small", 2));
        // usable of small: 6 GiB, so 4 small at 0.4 an hour; 24 GiB of one large at 0.3333
        assertThat(advice.best().layout()).isEqualTo(layout("large", 1));
        assertThat(advice.horizontal().layout()).isEqualTo(layout("small", 4));
        assertThat(advice.best().risk()).isLessThanOrEqualTo(0.025);
        assertThat(advice.best().saving().perMonth()).isEqualByComparingTo("-97.31");
        assertThat(advice.refused())
                .anyMatch(
                        r -> r.layout().equals(layout("small", 3)) && r.reason().contains("not enough memory"));
        assertThat(advice.refused())
                .anyMatch(r ->
                        r.layout().equals(layout("small", 4)) && r.reason().contains("costs 48.69 EUR a month more"));
        assertThat(advice.findings().get(0)).contains("too small in 100.0 %");
    }

    @Test
    @DisplayName("operations of an engine of one thread need a split, not a larger machine; the law's ceiling too")
    void throughput_horizontal() {
        Quantity none = Quantity.exactly(0);
        Quantity rate = new Quantity(90_000, 100_000, 110_000);
        Need need = new Need(Quantity.exactly(GIB), none, rate, Quantity.exactly(10e-6), none);
        Advice advice = new Advisor(TWO, OPTIONS).advise(need, layout("small", 1));
        assertThat(advice.vertical()).isNull();
        // a load of 1.1 / n and its square root are at most 1 from n = 3 on
        assertThat(advice.best().layout()).isEqualTo(layout("small", 3));
        assertThat(advice.findings()).anyMatch(f -> f.contains("only a split does"));

        ScalabilityLaw law = new ScalabilityLaw(5_000, 0.1, 0.01, 1, 30);
        double peak = law.peakThroughput().orElseThrow();
        Advice measured = new Advisor(TWO, OPTIONS.law(law)).advise(need, null);
        assertThat(measured.best().layout().shards()).isEqualTo((int) Math.ceil(110_000 / peak));
        assertThat(measured.refused()).anyMatch(r -> r.reason().contains("scalability law"));
    }

    @Test
    @DisplayName("too much is a finding, with what it costs")
    void overProvisioned_isFound() {
        Advice advice = new Advisor(TWO, OPTIONS)
                .advise(Need.ofMemory(new Quantity(2 * GIB, 3 * GIB, 4 * GIB)), layout("large", 4));
        assertThat(advice.best().layout()).isEqualTo(layout("small", 1));
        assertThat(advice.findings().get(0))
                .startsWith("over-provisioned: 1 x small")
                .contains("900.24");
    }

    @Test
    @DisplayName("replicas are paid for; what nothing holds is said; equal seeds give equal advice")
    void edges_areSaid() {
        Need need = Need.ofMemory(new Quantity(4 * GIB, 5 * GIB, 7 * GIB));
        Advice one = new Advisor(TWO, OPTIONS.replicas(2)).advise(need, null);
        assertThat(one.best().layout().machines())
                .isEqualTo(3 * one.best().layout().shards());
        assertThat(one).isEqualTo(new Advisor(TWO, OPTIONS.replicas(2)).advise(need, null));
        Advice none = new Advisor(TWO, OPTIONS).advise(Need.ofMemory(Quantity.exactly(1e15)), layout("small", 1));
        assertThat(none.best()).isNull();
        assertThat(none.findings().get(0)).startsWith("nothing in the catalog of 2026-06-17 holds");
    }

    @Test
    @DisplayName(
            "least regret weighs a risk that is borne: the dearer that always holds beats the cheaper that fails often")
    void regret_weighsRisk() {
        // small holds 6 GiB: with 5.5 +- 1 it fails in some 16 %
        Need need = Need.ofMemory(new Quantity(4.5 * GIB, 5.5 * GIB, 6.5 * GIB));
        AdvisorOptions bold = new AdvisorOptions(1, 1_000, 0.5, 0.75, 1, 1, 32, 0, OPTIONS.leadTime(), null);
        Advice advice = new Advisor(TWO, bold).advise(need, null);
        assertThat(advice.best().risk()).isLessThan(0.01);
        assertThat(advice.best().layout()).isEqualTo(layout("small", 2));
    }
}
