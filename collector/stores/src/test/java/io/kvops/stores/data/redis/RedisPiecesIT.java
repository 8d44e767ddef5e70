package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.WholeRecord;
import java.util.List;

/** The same with every value read by cursors, and written in pieces. */
class RedisPiecesIT extends RedisContract {
    @Override
    protected RedisStore.Limits limits() {
        return new RedisStore.Limits(1, 64);
    }

    /** When an entry was delivered can only be computed from two clocks here. */
    @Override
    protected void assertElements(WholeRecord want, WholeRecord got) {
        assertThat(got.header().type()).isEqualTo(want.header().type());
        assertThat(timeless(got)).isEqualTo(timeless(want));
    }

    private static List<WholeRecord.Element> timeless(WholeRecord of) {
        return of.elements().stream()
                .map(e -> e instanceof WholeRecord.Pending p
                        ? new WholeRecord.Pending(p.id(), p.name(), 0, p.deliveries())
                        : e)
                .toList();
    }
}
