package io.parley.webrtc.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtcp.TransportFeedback;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransportFeedbackRecorderTest {
    private static final long MS = 1_000_000;

    private final TransportFeedbackRecorder recorder = new TransportFeedbackRecorder(77);
    private final byte[] b = new byte[TransportFeedbackRecorder.MAX_FEEDBACK_BYTES];

    @Test
    void waitsForMoreThanTwentyPacketsAndAHundredMilliseconds() {
        for (int i = 0; i < 20; i++) {
            assertThat(recorder.onPacket(i * 10L * MS, i, 5, false)).isFalse();
        }
        assertThat(recorder.onPacket(200 * MS, 20, 5, false)).isTrue();
        assertThat(drain(200 * MS).arrivals).hasSize(21);
        assertThat(recorder.isDue()).isFalse();
        assertThat(recorder.write(200 * MS, b, 0)).isZero();
    }

    @Test
    void isDueAtAMarkerAfterFiftyMilliseconds() {
        for (int i = 0; i < 30; i++) {
            assertThat(recorder.onPacket(i * MS, i, 5, true)).isFalse();
        }
        assertThat(recorder.onPacket(50 * MS, 30, 5, false)).isFalse();
        assertThat(recorder.onPacket(50 * MS, 31, 5, true)).isTrue();
    }

    @Test
    void tellsFewPacketsByTimer() {
        assertThat(recorder.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
        recorder.onPacket(1000 * MS, 0, 5, true);
        assertThat(recorder.nextWakeNs()).isEqualTo(1100 * MS);
        recorder.onPacket(1010 * MS, 1, 5, true);
        assertThat(recorder.onTime(1099 * MS)).isFalse();
        assertThat(recorder.onTime(1100 * MS)).isTrue();
        assertThat(drain(1100 * MS).arrivals).hasSize(2);
        assertThat(recorder.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
        recorder.onPacket(1300 * MS, 2, 5, true);
        assertThat(recorder.nextWakeNs()).isEqualTo(1350 * MS);
    }

    @Test
    void isDueWithMoreThanAHundredPackets() {
        for (int i = 0; i < 100; i++) {
            assertThat(recorder.onPacket(1, i, 5, false)).isFalse();
        }
        assertThat(recorder.onPacket(1, 100, 5, false)).isTrue();
    }

    @Test
    void tellsLossesAcrossFeedbacksAndTheWrap() {
        int seq = 65500;
        for (int i = 0; i < 101; i++) {
            recorder.onPacket(i * MS, seq++ & 0xFFFF, 5, false);
        }
        drain(101 * MS);
        seq += 3;
        for (int i = 0; i < 101; i++) {
            recorder.onPacket((200 + i) * MS, seq++ & 0xFFFF, 5, false);
        }
        Heard heard = drain(400 * MS);
        assertThat(heard.lost).isEqualTo(3);
        assertThat(heard.arrivals).hasSize(101);
        assertThat(heard.arrivals.get((65500 + 104) & 0xFFFF)).isEqualTo(200 * 4L);
    }

    @Test
    void splitsWhenArrivalsLieTooFarApart() {
        for (int i = 0; i <= 20; i++) {
            recorder.onPacket(i * 9_000L * MS, i, 5, false);
        }
        Heard heard = drain(200_000 * MS);
        assertThat(heard.feedbacks).isEqualTo(21);
        assertThat(heard.arrivals).hasSize(21);
        assertThat(heard.arrivals.get(20)).isEqualTo(20 * 9_000 * 4L);
        assertThat(heard.counts).containsSubsequence(List.of(0, 1, 2));
    }

    @Test
    void startsAnewAfterAHugeGap() {
        for (int i = 0; i < 60; i++) {
            recorder.onPacket(i * MS, i, 5, false);
        }
        for (int i = 0; i < 60; i++) {
            recorder.onPacket((60 + i) * MS, 20_000 + i, 5, false);
        }
        Heard heard = drain(200 * MS);
        assertThat(heard.feedbacks).isEqualTo(2);
        assertThat(heard.lost).isZero();
        assertThat(heard.arrivals.keySet()).contains(0, 20_000);
    }

    @Test
    void countsProbesButNamesAMediaStream() {
        recorder.onPacket(0, 1, 9, false);
        for (int i = 2; i < 103; i++) {
            recorder.onPacket(1, i, 0, false);
        }
        Heard heard = drain(1);
        assertThat(heard.mediaSsrc).isEqualTo(9);
        assertThat(heard.senderSsrc).isEqualTo(77);
    }

    @Test
    void tellsEveryArrivalOnceUnderLossReorderAndDuplication() {
        for (int seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TransportFeedbackRecorder fresh = new TransportFeedbackRecorder(1);
            Map<Integer, Long> sent = new HashMap<>();
            Heard heard = new Heard();
            long nowNs = 0;
            for (int i = 0; i < 5000; i++) {
                nowNs += random.nextInt(3_000_000);
                int seq16 = (i + 65_000) & 0xFFFF;
                if (random.nextInt(10) == 0) {
                    continue;
                }
                sent.put(seq16, nowNs / TransportFeedback.TICK_NS);
                fresh.onPacket(nowNs, seq16, 5, random.nextInt(5) == 0);
                if (random.nextInt(20) == 0) {
                    fresh.onPacket(nowNs + 5, seq16, 5, false);
                }
                read(fresh, nowNs, heard);
            }
            assertThat(heard.repeated).as("seed %d", seed).isZero();
            heard.arrivals.forEach((seq16, ticks) -> assertThat(ticks).isEqualTo(sent.get(seq16)));
            assertThat(heard.arrivals.size()).isGreaterThan(sent.size() - 130);
        }
    }

    private Heard drain(long nowNs) {
        Heard heard = new Heard();
        read(recorder, nowNs, heard);
        return heard;
    }

    private void read(TransportFeedbackRecorder from, long nowNs, Heard heard) {
        RtcpReader reader = new RtcpReader();
        for (int n = from.write(nowNs, b, 0); n > 0; n = from.write(nowNs, b, 0)) {
            assertThat(reader.read(b, 0, n, heard)).isNull();
        }
    }

    private static final class Heard implements RtcpHandler {
        final Map<Integer, Long> arrivals = new HashMap<>();
        final List<Integer> counts = new ArrayList<>();
        int lost;
        int feedbacks;
        int repeated;
        int mediaSsrc;
        int senderSsrc;

        @Override
        public void onTransportFeedback(TransportFeedback f) {
            feedbacks++;
            counts.add(f.feedbackCount8());
            mediaSsrc = f.mediaSsrc();
            senderSsrc = f.senderSsrc();
            long reference = f.referenceTime24() * (long) TransportFeedback.TICKS_PER_REFERENCE;
            while (f.next()) {
                if (!f.isReceived()) {
                    lost++;
                } else if (arrivals.put(f.seq16(), reference + f.ticksAfterReference()) != null) {
                    repeated++;
                }
            }
        }
    }
}
