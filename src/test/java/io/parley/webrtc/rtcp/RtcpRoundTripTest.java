package io.parley.webrtc.rtcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RtcpRoundTripTest {
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final RecordingHandler handler = new RecordingHandler();
    private final byte[] b = new byte[1500];

    @Test
    void readsBackEverythingItWrites() {
        writer.begin(b, 5);
        writeEverything();
        assertThat(writer.size() % 4).isZero();
        assertThat(reader.read(b, 5, writer.size(), handler)).isNull();
        assertThat(handler.lines)
                .containsExactly(
                        "SR 1 e000000080000000 fffffffe 10 20",
                        "block 1 2 255 -3 1fffe 7 8 9",
                        "block 1 3 0 8388607 1 7 8 9",
                        "CNAME 1 hello",
                        "RR 4",
                        "block 4 5 1 2 3 4 5 6",
                        "NACK 6 7 65530 65531 10",
                        "NACK 6 7 11 27",
                        "PLI 8 9",
                        "FIR a b 255",
                        "REMB c 1000000 d e",
                        "RRTR f 123456789abcdef0",
                        "DLRR 10 11 12 13",
                        "BYE deadbeef");
    }

    @Test
    void readsTheSenderReportOfAKnownCapture() {
        byte[] sr =
                hex(
                        "80c80006 902f9e2e da8bd1fc dddda05a aaf4edd5 00000001 00000002"
                                + "81ca0003 902f9e2e 0103 414243 000000");
        assertThat(reader.read(sr, 0, sr.length, handler)).isNull();
        assertThat(handler.lines)
                .containsExactly("SR 902f9e2e da8bd1fcdddda05a aaf4edd5 1 2", "CNAME 902f9e2e ABC");
    }

    @Test
    void walksOverNackMasks() {
        assertThat(Nack.count(0x8001)).isEqualTo(3);
        assertThat(Nack.next(65535, 0x8001, 65535)).isEqualTo(0);
        assertThat(Nack.next(65535, 0x8001, 0)).isEqualTo(15);
        assertThat(Nack.next(65535, 0x8001, 15)).isEqualTo(-1);
    }

    @Test
    void encodesAnyRembWithinItsPrecision() {
        for (long bps = 1; bps > 0; bps *= 3) {
            writer.begin(b, 0);
            writer.remb(1, bps, new int[0], 0);
            RtcpHandler check = new RembCheck(bps);
            assertThat(reader.read(b, 0, writer.size(), check)).isNull();
        }
    }

    @Test
    void skipsWhatItDoesNotKnow() {
        byte[] odd = hex("80cc0001 00000001 83cd0002 00000001 00000002 80ce0002 00000001 00000002");
        assertThat(reader.read(odd, 0, odd.length, handler)).isNull();
        assertThat(handler.lines)
                .containsExactly("unknown 204 0", "unknown 205 3", "unknown 206 0");
    }

    @Test
    void readsTheRestWhenOneBodyIsBad() {
        byte[] odd = hex("81c90001 00000001 81ce0002 00000001 00000002");
        assertThat(reader.read(odd, 0, odd.length, handler)).isEqualTo(RtcpDropReason.BAD_BODY);
        assertThat(handler.lines).containsExactly("PLI 1 2");
    }

    @Test
    void refusesBrokenFraming() {
        assertThat(reader.read(b, 0, 3, handler)).isEqualTo(RtcpDropReason.TOO_SHORT);
        assertThat(reader.read(b, 0, 8, handler)).isEqualTo(RtcpDropReason.BAD_VERSION);
        byte[] tooLong = hex("80c90002 00000001");
        assertThat(reader.read(tooLong, 0, 8, handler)).isEqualTo(RtcpDropReason.BAD_LENGTH);
        assertThat(handler.lines).isEmpty();
    }

    @Test
    void addsNoBlockWithoutAReport() {
        writer.begin(b, 0);
        assertThatThrownBy(() -> writer.block(1, 2, 3, 4, 5, 6, 7))
                .isInstanceOf(IllegalStateException.class);
        writer.receiverReport(1);
        writer.pli(1, 2);
        assertThatThrownBy(() -> writer.block(1, 2, 3, 4, 5, 6, 7))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void neverReadsOutsideTruncatedOrMutatedCompounds() {
        writer.begin(b, 0);
        writeEverything();
        int size = writer.size();
        byte[] feedback = hex("8fcd0005 00000001 00000002 0001000a 00000a01 2003d44e 01020304 05");
        System.arraycopy(feedback, 0, b, size, 24);
        byte[] whole = Arrays.copyOf(b, size + 24);
        for (int n = 0; n < whole.length; n++) {
            var _ = reader.read(Arrays.copyOf(whole, n), 0, n, handler);
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int k = random.nextInt(6); k > 0 && bad.length > 0; k--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            var _ = reader.read(bad, 0, bad.length, new RecordingHandler());
        }
    }

    private void writeEverything() {
        writer.senderReport(1, 0xE000000080000000L, -2, 10, 20);
        writer.block(2, 255, -3, 0x1FFFE, 7, 8, 9);
        writer.block(3, 0, Integer.MAX_VALUE, 1, 7, 8, 9);
        writer.cname(1, "hello".getBytes(StandardCharsets.US_ASCII));
        writer.receiverReport(4);
        writer.block(5, 1, 2, 3, 4, 5, 6);
        writer.nack(6, 7, new int[] {65530, 65531, 10, 11, 27}, 5);
        writer.pli(8, 9);
        writer.fir(10, 11, 255);
        writer.remb(12, 1_000_000, new int[] {13, 14}, 2);
        writer.receiverReferenceTime(15, 0x123456789ABCDEF0L);
        writer.dlrr(16, 17, 18, 19);
        writer.bye(0xDEADBEEF);
    }

    private static byte[] hex(String s) {
        return HexFormat.of().parseHex(s.replace(" ", ""));
    }

    private record RembCheck(long bps) implements RtcpHandler {
        @Override
        public void onRemb(int senderSsrc, Remb remb) {
            assertThat(remb.bitrateBps()).isBetween(bps - bps / 65536 - 1, bps);
        }
    }
}
