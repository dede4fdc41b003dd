package io.parley.webrtc.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RtpWriterTest {
    private final RtpWriter writer = new RtpWriter();
    private final RtpPacket packet = new RtpPacket();
    private final byte[] b = new byte[2000];

    @Test
    void writesAPlainHeader() {
        writer.begin(b, 7, 96, true, 65535, -1, 0x80000001);
        assertThat(writer.finish()).isEqualTo(12);
        assertThat(packet.wrap(b, 7, 12)).isNull();
        assertThat(packet.marker()).isTrue();
        assertThat(packet.seq16()).isEqualTo(65535);
        assertThat(packet.timestamp()).isEqualTo(-1);
        assertThat(packet.ssrc()).isEqualTo(0x80000001);
        assertThat(packet.isPaddingOnly()).isTrue();
    }

    @Test
    void padsWithItsCountLast() {
        RtpWriter.writeHeader(b, 0, 96, false, 1, 2, 3);
        RtpWriter.writePadding(b, 0, 12, 255);
        assertThat(packet.wrap(b, 0, 12 + 255)).isNull();
        assertThat(packet.paddingLength()).isEqualTo(255);
        assertThat(packet.isPaddingOnly()).isTrue();
    }

    @Test
    void turnsToTwoByteFormWhenALaterExtensionNeedsIt() {
        writer.begin(b, 0, 96, false, 1, 2, 3);
        b[writer.reserveExtension(3, 1)] = 33;
        b[writer.reserveExtension(2, 1)] = 22;
        writer.addExtension(1, new byte[40], 0, 40);
        int length = writer.finish();
        assertThat(packet.wrap(b, 0, length)).isNull();
        assertThat(b[packet.extensionOffset(3)]).isEqualTo((byte) 33);
        assertThat(b[packet.extensionOffset(2)]).isEqualTo((byte) 22);
        assertThat(packet.extensionLength(1)).isEqualTo(40);
        assertThat(writer.valueOffset(2)).isEqualTo(packet.extensionOffset(2));
        assertThat(writer.valueOffset(9)).isEqualTo(-1);
    }

    @Test
    void readsBackWhatItWroteForAnyExtensions() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 5000; round++) {
            Arrays.fill(b, (byte) 0x5A);
            writer.begin(b, 0, 96, false, round, 2, 3);
            int count = random.nextInt(6);
            int wide = random.nextInt(3) == 0 ? 255 : 14;
            byte[][] values = new byte[256][];
            for (int i = 0; i < count; i++) {
                int id = 1 + random.nextInt(wide);
                if (values[id] == null) {
                    values[id] = new byte[wide == 14 ? 1 + random.nextInt(16) : random.nextInt(60)];
                    random.nextBytes(values[id]);
                    writer.addExtension(id, values[id], 0, values[id].length);
                }
            }
            int length = writer.finish();
            assertThat(length % 4).isZero();
            assertThat(packet.wrap(b, 0, length)).isNull();
            for (int id = 1; id < 256; id++) {
                int at = packet.extensionOffset(id);
                assertThat(at >= 0).isEqualTo(values[id] != null);
                if (at >= 0) {
                    assertThat(Arrays.copyOfRange(b, at, at + packet.extensionLength(id)))
                            .isEqualTo(values[id]);
                }
            }
        }
    }

    @Test
    void refusesWhatCannotBeWritten() {
        writer.begin(b, 0, 96, false, 1, 2, 3);
        assertThatThrownBy(() -> writer.reserveExtension(0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.reserveExtension(1, 256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RtpWriter.writePadding(b, 0, 12, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
