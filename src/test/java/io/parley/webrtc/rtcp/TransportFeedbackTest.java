package io.parley.webrtc.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransportFeedbackTest {
    private final TransportFeedbackWriter writer = new TransportFeedbackWriter();
    private final TransportFeedback feedback = new TransportFeedback();
    private final byte[] b = new byte[4000];

    @Test
    void readsRunLengthAndVectorChunks() {
        // 3 small, then 14 one-bit symbols (the first and third arrived), then 2 of a two-bit
        // vector
        byte[] bytes =
                hex(
                        "8fcd0008 00000001 00000002 fffe0013 800001fe"
                                + "2003 a800 d800 010203 04 05 06 fffe 00 00000000");
        assertThat(feedback.wrap(bytes, 0, bytes.length)).isTrue();
        assertThat(feedback.baseSeq16()).isEqualTo(0xFFFE);
        assertThat(feedback.referenceTime24()).isEqualTo(0x800001);
        assertThat(feedback.feedbackCount8()).isEqualTo(0xFE);
        assertThat(walk())
                .containsExactly("65534@1", "65535@3", "0@6", "1@10", "3@15", "15@21", "16@19");
    }

    @Test
    void choosesTheShortestChunks() {
        begin();
        writer.lost(9000);
        writer.received(0);
        int length = writer.finish();
        // 8191 and 802 lost as runs, 7 lost and the arrival mixed: fewer bytes than one a packet
        assertThat(length).isLessThanOrEqualTo(32);
        assertThat(feedback.wrap(b, 0, unpadded(length))).isTrue();
        assertThat(feedback.statusCount()).isEqualTo(9001);
        assertThat(walk()).containsExactly("9009@0");
    }

    @Test
    void readsBackAnySequenceOfArrivalsAndLosses() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 4000; round++) {
            begin();
            List<String> expected = new ArrayList<>();
            int seq = 9;
            long ticks = 0;
            int lossy = random.nextInt(4);
            int largeShare = 1 + random.nextInt(30);
            int packets = 1 + random.nextInt(TransportFeedbackWriter.MAX_RECEIVED - 1);
            for (int i = 0; i < packets; i++) {
                int gap = lossy > 0 && random.nextInt(1 << lossy) == 0 ? random.nextInt(40) : 0;
                writer.lost(gap);
                seq += gap;
                boolean large = random.nextInt(largeShare) == 0;
                int delta = large ? random.nextInt(-32768, 32768) : random.nextInt(256);
                writer.received(delta);
                ticks += delta;
                expected.add((seq++ & 0xFFFF) + "@" + ticks);
            }
            int length = writer.finish();
            assertThat(length % 4).isZero();
            assertThat(feedback.wrap(b, 0, unpadded(length))).isTrue();
            assertThat(feedback.statusCount()).isEqualTo(seq - 9);
            assertThat(walk()).isEqualTo(expected);
        }
    }

    @Test
    void refusesTruncationAtEveryLengthAndReservedSymbols() {
        begin();
        for (int i = 0; i < 40; i++) {
            writer.lost(i % 3);
            writer.received(i * 20L);
        }
        int length = unpadded(writer.finish());
        byte[] whole = Arrays.copyOf(b, length);
        for (int n = 0; n < length; n++) {
            assertThat(feedback.wrap(Arrays.copyOf(whole, n), 0, n)).isFalse();
        }
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 50_000; i++) {
            byte[] bad = Arrays.copyOf(whole, random.nextInt(length + 1));
            for (int k = 0; k < 4 && bad.length > 0; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            if (feedback.wrap(bad, 0, bad.length)) {
                walk();
            }
        }
        byte[] reserved = hex("8fcd0005 00000001 00000002 00010001 00000000 6001 0000");
        assertThat(feedback.wrap(reserved, 0, reserved.length)).isFalse();
        byte[] emptyRun = hex("8fcd0005 00000001 00000002 00010001 00000000 0000 0000");
        assertThat(feedback.wrap(emptyRun, 0, emptyRun.length)).isFalse();
    }

    private void begin() {
        writer.begin(b, 0, 1, 2, 9, 3, 4);
    }

    private int unpadded(int length) {
        return (b[0] & 0x20) != 0 ? length - b[length - 1] : length;
    }

    private List<String> walk() {
        List<String> arrived = new ArrayList<>();
        feedback.rewind();
        while (feedback.next()) {
            if (feedback.isReceived()) {
                arrived.add(feedback.seq16() + "@" + feedback.ticksAfterReference());
            }
        }
        return arrived;
    }

    private static byte[] hex(String s) {
        return HexFormat.of().parseHex(s.replace(" ", ""));
    }
}
