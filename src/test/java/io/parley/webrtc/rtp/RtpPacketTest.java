package io.parley.webrtc.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
    private final RtpPacket packet = new RtpPacket();

    @Test
    void readsTheFixedHeader() {
        byte[] b = hex("80e2fffe" + "fffffff0" + "deadbeef" + "0102");
        assertThat(packet.wrap(b, 0, b.length)).isNull();
        assertThat(packet.payloadType()).isEqualTo(98);
        assertThat(packet.marker()).isTrue();
        assertThat(packet.seq16()).isEqualTo(0xFFFE);
        assertThat(packet.timestamp()).isEqualTo(-16);
        assertThat(packet.timestampUnsigned()).isEqualTo(0xFFFFFFF0L);
        assertThat(packet.ssrc()).isEqualTo(0xDEADBEEF);
        assertThat(packet.headerLength()).isEqualTo(12);
        assertThat(packet.payloadOffset()).isEqualTo(12);
        assertThat(packet.payloadLength()).isEqualTo(2);
        assertThat(packet.isPaddingOnly()).isFalse();
        assertThat(packet.extensionOffset(1)).isEqualTo(-1);
    }

    @Test
    void readsCsrcsOneByteExtensionsAndPadding() {
        // RFC 8285 §4.2: padding between elements, then two elements
        byte[] b =
                hex(
                        "b160000100000002000000030000000a"
                                + "bede0002"
                                + "10ff00005122cc00"
                                + "aabb"
                                + "000003");
        assertThat(packet.wrap(b, 0, b.length)).isNull();
        assertThat(packet.csrcCount()).isEqualTo(1);
        assertThat(packet.extensionOffset(1)).isEqualTo(21);
        assertThat(packet.extensionLength(1)).isEqualTo(1);
        assertThat(packet.extensionOffset(5)).isEqualTo(25);
        assertThat(packet.extensionLength(5)).isEqualTo(2);
        assertThat(packet.extensionOffset(2)).isEqualTo(-1);
        assertThat(packet.extensionOffset(0)).isEqualTo(-1);
        assertThat(packet.extensionOffset(15)).isEqualTo(-1);
        assertThat(packet.paddingLength()).isEqualTo(3);
        assertThat(packet.payloadLength()).isEqualTo(2);
    }

    @Test
    void readsTwoByteExtensions() {
        byte[] b = hex("906000010000000200000003" + "10000002" + "0100" + "00" + "2002616200");
        assertThat(packet.wrap(b, 0, b.length)).isNull();
        assertThat(packet.extensionOffset(1)).isPositive();
        assertThat(packet.extensionLength(1)).isZero();
        assertThat(packet.extensionOffset(32)).isEqualTo(21);
        assertThat(packet.extensionLength(32)).isEqualTo(2);
        byte[] ab = {'a', 'b'};
        assertThat(HeaderExtensions.matches(b, 21, 2, ab)).isTrue();
        assertThat(HeaderExtensions.matches(b, 21, 1, ab)).isFalse();
    }

    @Test
    void endsTheListAtAnElementThatRunsOver() {
        byte[] b = hex("906000010000000200000003" + "bede0001" + "1f010203");
        assertThat(packet.wrap(b, 0, b.length)).isNull();
        assertThat(packet.extensionOffset(1)).isEqualTo(-1);
    }

    @Test
    void refusesWhatIsNotRtp() {
        assertThat(packet.wrap(new byte[11], 0, 11)).isEqualTo(RtpDropReason.TOO_SHORT);
        assertThat(packet.wrap(new byte[12], 0, 12)).isEqualTo(RtpDropReason.BAD_VERSION);
        assertRefused("81600001 0000000200000003", RtpDropReason.CSRC_OUT_OF_BOUNDS);
        assertRefused("90600001 0000000200000003 bede", RtpDropReason.EXTENSION_OUT_OF_BOUNDS);
        assertRefused("90600001 0000000200000003 bede0001", RtpDropReason.EXTENSION_OUT_OF_BOUNDS);
        assertRefused("a0600001 0000000200000003 00", RtpDropReason.BAD_PADDING);
        assertRefused("a0600001 0000000200000003 02", RtpDropReason.BAD_PADDING);
    }

    @Test
    void neverReadsOutsideATruncatedOrMutatedPacket() {
        byte[] whole = hex("b160000100000002000000030000000abede000210ff00005122cc00aabb000003");
        for (int n = 0; n <= whole.length; n++) {
            readEverything(Arrays.copyOf(whole, n));
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50_000; i++) {
            byte[] b = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int k = 0; k < 3 && b.length > 0; k++) {
                b[random.nextInt(b.length)] = (byte) random.nextInt();
            }
            readEverything(b);
        }
    }

    @Test
    void unwrapsARetransmissionInPlace() {
        byte[] b =
                hex("00000090e1000100000002000000ff" + "bede0001" + "10770000" + "1234" + "aabb");
        assertThat(packet.wrap(b, 3, b.length - 3)).isNull();
        assertThat(packet.unwrapRtx(96, 0xCAFE)).isNull();
        assertThat(packet.seq16()).isEqualTo(0x1234);
        assertThat(packet.payloadType()).isEqualTo(96);
        assertThat(packet.marker()).isTrue();
        assertThat(packet.ssrc()).isEqualTo(0xCAFE);
        assertThat(packet.payloadLength()).isEqualTo(2);
        assertThat(b[packet.payloadOffset()]).isEqualTo((byte) 0xAA);
        assertThat(b[packet.extensionOffset(1)]).isEqualTo((byte) 0x77);
        RtpPacket again = new RtpPacket();
        assertThat(again.wrap(b, packet.offset(), packet.length())).isNull();
        assertThat(again.payloadOffset()).isEqualTo(packet.payloadOffset());
    }

    @Test
    void refusesARetransmissionWithoutOriginal() {
        byte[] b = hex("80600001000000020000000301");
        assertThat(packet.wrap(b, 0, b.length)).isNull();
        assertThat(packet.unwrapRtx(96, 1)).isEqualTo(RtpDropReason.RTX_WITHOUT_ORIGINAL);
    }

    @Test
    void tellsRtcpFromRtp() {
        assertThat(RtpPacket.isRtcp(hex("80c8"), 0, 2)).isTrue();
        assertThat(RtpPacket.isRtcp(hex("80cf"), 0, 2)).isTrue();
        assertThat(RtpPacket.isRtcp(hex("80e0"), 0, 2)).isFalse();
        assertThat(RtpPacket.isRtcp(hex("8060"), 0, 2)).isFalse();
    }

    private void assertRefused(String bytes, RtpDropReason reason) {
        byte[] b = hex(bytes.replace(" ", ""));
        assertThat(packet.wrap(b, 0, b.length)).isEqualTo(reason);
    }

    private void readEverything(byte[] b) {
        if (packet.wrap(b, 0, b.length) != null) {
            return;
        }
        for (int id = 0; id < 20; id++) {
            int at = packet.extensionOffset(id);
            if (at >= 0) {
                assertThat(at + packet.extensionLength(id)).isLessThanOrEqualTo(b.length);
            }
        }
        assertThat(packet.payloadOffset() + packet.payloadLength() + packet.paddingLength())
                .isEqualTo(b.length);
        assertThat(packet.payloadLength()).isNotNegative();
        var _ = packet.unwrapRtx(1, 1);
    }

    private static byte[] hex(String s) {
        return HexFormat.of().parseHex(s);
    }
}
