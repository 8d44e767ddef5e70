package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final HostPort ASKED = new HostPort("10.0.0.9", 7000);

    private static int slot(String key) {
        return Slots.of(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The first is of the specification, the others are what CLUSTER KEYSLOT of a 7.0 says. */
    @Test
    void slotsAreThoseOfTheServer() {
        assertThat(slot("123456789")).isEqualTo(0x31c3);
        assertThat(slot("foo")).isEqualTo(12182);
        assertThat(slot("")).isZero();
        assertThat(slot("{user1000}.following")).isEqualTo(slot("user1000"));
        assertThat(slot("foo{}{bar}")).isEqualTo(8363);
        assertThat(slot("foo{{bar}}zap")).isEqualTo(slot("{bar"));
        assertThat(slot("foo{bar}{zap}")).isEqualTo(slot("bar"));
        assertThat(slot("a}b{c")).isNotEqualTo(slot("c"));
        assertThat(Slots.of(Slice.of("xfoox".getBytes(StandardCharsets.UTF_8), 1, 3)))
                .isEqualTo(12182);
    }

    @Test
    void aTagPutsATemporaryKeyIntoItsSlot() {
        TemporaryKey temporary = new TemporaryKey();
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            byte[] key = temporary.make(slot);
            assertThat(Slots.of(key)).isEqualTo(slot);
            assertThat(TemporaryKey.is(Slice.of(key))).isTrue();
        }
        assertThat(TemporaryKey.is(Slice.of(temporary.make()))).isTrue();
        assertThat(TemporaryKey.is(Slice.of("\0kvops:part:0123456789abcdefx"))).isFalse();
    }

    @Test
    void slotsAreText() {
        BitSet slots = new BitSet();
        slots.set(0, 3);
        slots.set(5);
        slots.set(16_380, 16_384);
        assertThat(Slots.text(slots)).isEqualTo("0-2,5,16380-16383");
        assertThat(Slots.parse(Slots.text(slots))).isEqualTo(slots);
        assertThat(Slots.parse("")).isEqualTo(new BitSet());
        assertThatThrownBy(() -> Slots.parse("0-16384"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 0 to 16383");
    }

    @Test
    void aNodeTellsWhoServesWhat() {
        Topology topology = Topology.parse("""
                a1 127.0.0.1:7001@17001,one.example myself,master - 0 0 1 connected 0-5460 5462 [93->-b2] [7000-<-b2]
                b2 127.0.0.1:7002@17002,two.example master - 0 0 2 connected 5463-16000
                c3 127.0.0.1:7003@17003 slave a1 0 0 3 connected
                d4 :7004@17004 master - 0 0 4 connected 16001
                e5 127.0.0.1:7005@17005 master,fail - 0 0 5 disconnected
                f6 :0@0 master,noaddr - 0 0 6 disconnected 16002
                """, ASKED, false);
        assertThat(topology.masters()).extracting(Topology.Node::id).containsExactly("a1", "b2", "d4");
        Topology.Node one = topology.owner(5462);
        Topology.Node two = topology.owner(5463);
        assertThat(one).isEqualTo(new Topology.Node("a1", new HostPort("127.0.0.1", 7001)));
        assertThat(two).isNotNull();
        assertThat(topology.owner(16001)).isEqualTo(new Topology.Node("d4", new HostPort("10.0.0.9", 7004)));
        assertThat(topology.owner(5461)).isNull();
        assertThat(topology.owner(16002)).isNull();
        assertThat(topology.slots(one).cardinality()).isEqualTo(5462);

        assertThat(topology.gone(Slots.parse("0-92,7000"), "a1")).isEmpty();
        assertThat(topology.gone(Slots.parse("92-93,5463,5461"), "a1"))
                .containsOnly(java.util.Map.entry(two, Slots.parse("93,5463")));
        assertThat(topology.byOwner(Slots.parse("5460-5463")))
                .containsOnly(
                        java.util.Map.entry(one, Slots.parse("5460,5462")),
                        java.util.Map.entry(two, Slots.parse("5463")));
        assertThat(topology.unserved(Slots.parse("5460-5463"))).isEqualTo(5461);
        assertThat(topology.unserved(Slots.parse("0-5460,5462-16001"))).isEqualTo(-1);
    }

    @Test
    void cursorsThatNameSlots_areNoRangesOfHashes() {
        assertThat(new RedisVersion(false, 7, 2).cursorsBySlot()).isFalse();
        assertThat(new RedisVersion(false, 7, 4).cursorsBySlot()).isTrue();
        assertThat(new RedisVersion(true, 7, 2).cursorsBySlot()).isFalse();
        assertThat(new RedisVersion(true, 8, 0).cursorsBySlot()).isTrue();
    }

    @Test
    void redirectsAreRead() {
        assertThat(Redirect.of(new ErrorReply("MOVED 3999 127.0.0.1:6381"), ASKED))
                .isEqualTo(new Redirect(new HostPort("127.0.0.1", 6381), false));
        assertThat(Redirect.of(new ErrorReply("ASK 3999 :6381"), ASKED))
                .isEqualTo(new Redirect(new HostPort("10.0.0.9", 6381), true));
        assertThat(Redirect.of(new ErrorReply("TRYAGAIN Multiple keys request during rehashing of slot"), ASKED))
                .isEqualTo(new Redirect(null, false));
        assertThat(Redirect.of(new ErrorReply("ERR no such key"), ASKED)).isNull();
    }
}
