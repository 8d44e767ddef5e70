package io.kvops.stores.data.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values that no server here writes: made by hand after {@code rdb.c} of Redis 7.4. */
class RdbValueTest {
    private static final long SOONEST = 1_900_000_000_000L;

    private static WholeRecord told(byte[] content) throws Exception {
        byte[] dumped = new byte[content.length + RdbValue.TRAILER_BYTES];
        System.arraycopy(content, 0, dumped, 0, content.length);
        List<WholeRecord> records = new ArrayList<>();
        assertThat(RdbValue.tell(
                        Slice.of("key"),
                        Slice.of(dumped),
                        RecordHeader.NO_EXPIRY,
                        1 << 20,
                        new RecordCollector(1 << 20, records::add)))
                .isTrue();
        return records.get(0);
    }

    private static void littleEndian(long number, ByteArrayOutputStream to) {
        for (int i = 0; i < 8; i++) {
            to.write((int) (number >>> 8 * i));
        }
    }

    private static void text(String text, ByteArrayOutputStream to) {
        to.write(text.length());
        to.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final List<WholeRecord.Field> FIELDS = List.of(
            new WholeRecord.Field(Slice.of("a"), Slice.of("never"), RecordHeader.NO_EXPIRY),
            new WholeRecord.Field(Slice.of("b"), Slice.of("soon"), SOONEST),
            new WholeRecord.Field(Slice.of("c"), Slice.of("later"), SOONEST + 5));

    @Test
    void scoresAreTheSameAgain() {
        for (double score : new double[] {
            0,
            -0.0,
            -0.3,
            1,
            -7,
            1.5,
            1e300,
            Double.MIN_VALUE,
            1L << 53,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY
        }) {
            assertThat(Double.doubleToRawLongBits(Scores.parse(Slice.of(Scores.format(score)))))
                    .as(Double.toString(score))
                    .isEqualTo(Double.doubleToRawLongBits(score));
        }
    }

    @Test
    void fieldsOfAHashThatExpire() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(24);
        littleEndian(SOONEST, bytes);
        bytes.write(3);
        int[] expiries = {0, 1, 6};
        for (int i = 0; i < 3; i++) {
            bytes.write(expiries[i]);
            text(FIELDS.get(i).name().toText(), bytes);
            text(FIELDS.get(i).value().toText(), bytes);
        }
        assertThat(told(bytes.toByteArray()).elements()).isEqualTo(FIELDS);
    }

    @Test
    void fieldsOfAPackedHashThatExpire() throws Exception {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        list.writeBytes(new byte[6]);
        for (WholeRecord.Field field : FIELDS) {
            for (Slice part : List.of(field.name(), field.value())) {
                list.write(0x80 | part.length());
                list.writeBytes(part.toBytes());
                list.write(part.length() + 1);
            }
            list.write(0xf4);
            littleEndian(Math.max(0, field.expiresAtMillis()), list);
            list.write(9);
        }
        list.write(0xff);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(25);
        littleEndian(SOONEST, bytes);
        bytes.write(0x40 | list.size() >> 8);
        bytes.write(list.size());
        bytes.writeBytes(list.toByteArray());
        assertThat(told(bytes.toByteArray()).elements()).isEqualTo(FIELDS);
    }

    @Test
    void theChecksumIsTheOneOfRedis() {
        Crc64 crc = new Crc64();
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        crc.update(digits, 0, digits.length);
        assertThat(crc.value()).isEqualTo(0xe9c6d914c4b8d9caL);
    }
}
