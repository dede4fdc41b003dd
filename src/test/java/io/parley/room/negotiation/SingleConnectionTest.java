package io.parley.room.negotiation;

import static io.parley.room.negotiation.Fixtures.LOCAL;
import static io.parley.room.negotiation.Fixtures.accepted;
import static io.parley.room.negotiation.Fixtures.section;
import static io.parley.room.negotiation.Fixtures.send;
import static io.parley.room.negotiation.Fixtures.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.room.negotiation.Fixtures.Tracks;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.sdp.Direction;
import io.parley.webrtc.sdp.ExtMap;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SampleSdps;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SingleConnectionTest {
    private final Tracks tracks = new Tracks();
    private AnsweringConnection connection = new AnsweringConnection(settings(true), LOCAL);

    /// A data section, then receiving audio sections, then receiving video sections.
    private static String offer(int audios, int videos) {
        StringBuilder mids = new StringBuilder("0");
        StringBuilder sections = new StringBuilder(SampleSdps.data("0"));
        for (int i = 1; i <= audios + videos; i++) {
            String mid = Integer.toString(i);
            mids.append(' ').append(mid);
            sections.append(
                    i <= audios
                            ? SampleSdps.audio(mid, "recvonly", "")
                            : SampleSdps.video(mid, "recvonly", ""));
        }
        return SampleSdps.session(mids.toString()) + sections;
    }

    private Answer answer(String sdp) {
        accepted(connection.onOffer(sdp, tracks));
        return connection.createAnswer();
    }

    @Test
    void unusedSectionsAreInactiveNotRefused() {
        Answer answer = answer(offer(3, 3));

        for (int mid = 1; mid <= 6; mid++) {
            MediaSection section = section(answer.sdp(), Integer.toString(mid));
            assertThat(section.direction()).isEqualTo(Direction.INACTIVE);
            assertThat(section.isRejected()).isFalse();
        }
        assertThat(answer.midToTrackId()).isEmpty();
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void fillsSectionsInOrder() {
        connection.addSend(send(1, MediaKind.VIDEO));
        connection.addSend(send(2, MediaKind.AUDIO));
        connection.addSend(send(3, MediaKind.AUDIO));

        Answer answer = answer(offer(3, 3));

        assertThat(answer.midToTrackId())
                .containsOnly(
                        Map.entry("1", "TR_2"), Map.entry("2", "TR_3"), Map.entry("4", "TR_1"));
        assertThat(answer.sends())
                .extracting(RtpSendParameters::id)
                .containsExactly(new SendId(2), new SendId(3), new SendId(1));
    }

    @Test
    void announcesWhatPublishersNeedAndWritesOnlyItsOwn() {
        connection.addSend(send(1, MediaKind.VIDEO));
        Answer answer = answer(offer(0, 1));
        MediaSection video = section(answer.sdp(), "1");

        assertThat(video.direction()).isEqualTo(Direction.SENDONLY);
        assertThat(video.value("ssrc-group")).isEqualTo("FID 10 11");
        assertThat(video.value("msid")).isEqualTo("PA_x|TR_1 TR_1");
        assertThat(video.values("ssrc"))
                .startsWith(
                        "10 cname:PA_x|TR_1",
                        "10 msid:PA_x|TR_1 TR_1",
                        "10 mslabel:PA_x|TR_1",
                        "10 label:TR_1")
                .hasSize(8);
        // Chromium offers RID later only if an answer of that kind has taken it.
        assertThat(video.extensions()).extracting(ExtMap::id).containsExactly(2, 3, 4, 10, 11, 12);
        // Neither H264 High (39) nor unknown profiles.
        assertThat(video.formats()).contains("96", "107", "109").doesNotContain("39", "103");
        RtpSendParameters sent = answer.sends().get(0);
        assertThat(sent.rtxSsrc()).isEqualTo(11);
        assertThat(sent.section().cname()).isEqualTo("PA_x|TR_1");
        assertThat(sent.section().extensions().absSendTime()).isEqualTo(2);
        assertThat(sent.section().extensions().mid()).isZero();
        assertThat(sent.section().codecs().get(0).feedback())
                .containsExactlyInAnyOrder(
                        RtcpFeedback.NACK,
                        RtcpFeedback.NACK_PLI,
                        RtcpFeedback.CCM_FIR,
                        RtcpFeedback.GOOG_REMB);
    }

    @Test
    void asksForMissingSectionsOnce() {
        answer(offer(1, 0));
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.AUDIO));
        connection.addSend(send(3, MediaKind.VIDEO));

        assertThat(connection.needsOffer()).isTrue();
        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(1, 1));
        assertThat(connection.needsOffer()).isFalse();
        connection.addSend(send(4, MediaKind.VIDEO));
        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(0, 1));

        assertThat(answer(offer(2, 2)).sends()).hasSize(4);
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void asksAgainForWhatAnAnswerLeftOver() {
        answer(offer(0, 0));
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.AUDIO));
        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(2, 0));

        assertThat(answer(offer(1, 0)).sends()).hasSize(1);

        assertThat(connection.needsOffer()).isTrue();
        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(1, 0));
    }

    @Test
    void freeSectionsOnlyNeedAnotherOffer() {
        answer(offer(3, 3));
        connection.addSend(send(1, MediaKind.AUDIO));

        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(0, 0));
        assertThat(answer(offer(3, 3)).midToTrackId()).containsEntry("1", "TR_1");
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void aTrackThatLeavesBeforeItIsNegotiatedIsNotAskedFor() {
        answer(offer(0, 0));
        connection.addSend(send(1, MediaKind.VIDEO));
        connection.removeSend(new SendId(1));

        assertThat(connection.needsOffer()).isFalse();
        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(0, 0));
        answer(offer(0, 0));
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void anUnsubscribedSectionIsInactiveThenReused() {
        connection.addSend(send(1, MediaKind.AUDIO));
        answer(offer(1, 0));
        connection.removeSend(new SendId(1));
        connection.addSend(send(2, MediaKind.AUDIO));
        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(1, 0));

        Answer idle = answer(offer(1, 0));
        assertThat(section(idle.sdp(), "1").direction()).isEqualTo(Direction.INACTIVE);
        assertThat(idle.midToTrackId()).isEmpty();

        assertThat(answer(offer(1, 0)).midToTrackId()).containsEntry("1", "TR_2");
    }

    @Test
    void safariNeverReusesASection() {
        connection =
                new AnsweringConnection(
                        settings(true, ClientQuirks.of("Safari", "macOS", 16)), LOCAL);
        connection.addSend(send(1, MediaKind.AUDIO));
        answer(offer(1, 0));
        connection.removeSend(new SendId(1));
        answer(offer(1, 0));
        connection.addSend(send(2, MediaKind.AUDIO));

        assertThat(connection.requireSections()).isEqualTo(new MediaSectionsNeeded(1, 0));
        assertThat(answer(offer(2, 0)).midToTrackId()).containsOnlyKeys("2");
    }

    @Test
    void anUnchangedSendIsReportedOnce() {
        connection.addSend(send(1, MediaKind.AUDIO));

        assertThat(answer(offer(1, 0)).sends()).hasSize(1);
        Answer again = answer(offer(1, 0));
        assertThat(again.sends()).isEmpty();
        assertThat(again.midToTrackId()).containsEntry("1", "TR_1");
    }

    @Test
    void aSendWhoseSectionStoppedMovesToAnother() {
        connection.addSend(send(1, MediaKind.AUDIO));
        answer(offer(1, 0));
        String stopped = offer(2, 0).replaceFirst("m=audio 9", "m=audio 0");

        assertThat(answer(stopped).sends().get(0).section().mid()).isEqualTo("2");
    }

    @Test
    void aCodecTheClientDoesNotTakeIsUnsupported() {
        connection.addSend(send(1, MediaKind.VIDEO, "video/VP9"));
        connection.addSend(send(2, MediaKind.VIDEO, "video/VP8"));

        Answer answer = answer(offer(0, 2).replaceAll("a=rtpmap:98 VP9/90000\n", ""));

        assertThat(answer.unsupported()).containsExactly(new SendId(1));
        assertThat(answer.midToTrackId()).containsOnlyKeys("2");
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void sectionsWithoutAnyOfOurCodecsAreNotAskedForForEver() {
        connection.addSend(send(1, MediaKind.VIDEO));

        Answer answer = answer(offer(0, 1).replaceAll("/90000", "/91000"));

        assertThat(answer.unsupported()).containsExactly(new SendId(1));
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void redSubscribersGetOpusWithoutNack() {
        SendRequest plain = send(1, MediaKind.AUDIO, "audio/red");
        connection.addSend(
                new SendRequest(
                        plain.id(),
                        plain.source(),
                        plain.kind(),
                        plain.trackSid(),
                        plain.streamId(),
                        plain.mimeType(),
                        "",
                        plain.ssrc(),
                        0,
                        true,
                        true,
                        SendTraits.NONE));
        String offered = offer(1, 0).replace("a=rtcp-fb:111 transport-cc", "a=rtcp-fb:111 nack");

        Answer answer = answer(offered);
        MediaSection audio = section(answer.sdp(), "1");

        assertThat(audio.values("rtcp-fb")).isEmpty();
        assertThat(audio.codecs().get(0).fmtp())
                .isEqualTo("minptime=10;useinbandfec=1;sprop-stereo=1");
        assertThat(answer.sends().get(0).section().codecs().get(0).mimeType())
                .isEqualTo("audio/red");
    }

    @Test
    void publishesAndSubscribesOverOneConnection() {
        tracks.with("mic", Fixtures.track(5, ""));
        connection.addSend(send(1, MediaKind.AUDIO));
        String both =
                SampleSdps.session("0 1 2")
                        + SampleSdps.data("0")
                        + SampleSdps.audio("1", "sendonly", SampleSdps.declared("mic", 77))
                        + SampleSdps.audio("2", "recvonly", "");

        AppliedOffer offer = accepted(connection.onOffer(both, tracks));
        Answer answer = connection.createAnswer();

        assertThat(offer.published()).extracting(PublishedSection::mid).isEqualTo(List.of("1"));
        assertThat(section(answer.sdp(), "1").direction()).isEqualTo(Direction.RECVONLY);
        assertThat(section(answer.sdp(), "2").direction()).isEqualTo(Direction.SENDONLY);
        assertThat(answer.midToTrackId()).containsOnlyKeys("2");
    }
}
