package io.parley.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordFilterTest {
    private static final String SEQUENCE = "000000000001";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "change cipher spec, 14fefd0000, 0001, 01, true",
        "change cipher spec of DTLS 1.0, 14feff0000, 0001, 01, true",
        "wrong change cipher spec, 14fefd0000, 0001, 02, false",
        "fatal alert, 15fefd0000, 0002, 0228, true",
        "alert of an unknown level, 15fefd0000, 0002, 0728, false",
        "long alert, 15fefd0000, 0003, 022800, false",
        "empty fragment of server hello done, 16fefd0000, 000c, 0e0000000003000000000000, true",
        "message that claims 16 MB, 16fefd0000, 000c, 0bffffff0003000000000000, false",
        "fragment beyond its message, 16fefd0000, 000e, 0b0000010003000000000002aabb, false",
        "fragment beyond its record, 16fefd0000, 000d, 0b0000020003000000000002aa, false",
        "finished in the clear, 16fefd0000, 000c, 140000000003000000000000, false",
        "short handshake record, 16fefd0000, 0004, 0e000000, false",
        "application data in the clear, 17fefd0000, 0001, 01, false",
        "unknown type, 18fefd0000, 0001, 01, false",
        "TLS version, 1603030000, 0001, 01, false",
        "later epoch, 17fefd0002, 0001, 01, false",
        "too short for its tag, 17fefd0001, 0001, 01, false",
    })
    void acceptsOnlyWellFormedRecords(
            String name, String head, String length, String body, boolean accepted) {
        byte[] record = HexFormat.of().parseHex(head + SEQUENCE + length + body);

        assertThat(RecordFilter.accepted(record, 0, record.length))
                .as(name)
                .isEqualTo(accepted ? record.length : 0);
        for (int cut = 0; cut < record.length; cut++) {
            assertThat(RecordFilter.accepted(record, 0, cut)).isZero();
        }
    }

    @Test
    void stopsBeforeTheFirstRecordThatIsNot() {
        byte[] one = HexFormat.of().parseHex("14fefd0000" + SEQUENCE + "0001" + "01");
        byte[] datagram = Arrays.copyOf(one, 40);
        System.arraycopy(one, 0, datagram, one.length, one.length);

        assertThat(RecordFilter.accepted(datagram, 0, 40)).isEqualTo(28);
    }

    @Test
    void readsNothingBeyondTheDatagram() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            byte[] b = new byte[random.nextInt(60)];
            random.nextBytes(b);
            for (int at = 0; at < b.length && at < 5; at++) {
                b[at] = new byte[] {22, (byte) 0xfe, (byte) 0xfd, 0, 0}[at];
            }
            if (b.length > 12) {
                b[11] = 0;
            }
            assertThat(RecordFilter.accepted(b, 0, b.length)).isBetween(0, b.length);
        }
    }
}
