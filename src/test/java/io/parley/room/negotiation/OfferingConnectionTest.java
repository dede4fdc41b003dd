package io.parley.room.negotiation;

import static io.parley.room.negotiation.Fixtures.ICE2;
import static io.parley.room.negotiation.Fixtures.LOCAL;
import static io.parley.room.negotiation.Fixtures.section;
import static io.parley.room.negotiation.Fixtures.send;
import static io.parley.room.negotiation.Fixtures.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SctpParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.sdp.Direction;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SdpAttribute;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfferingConnectionTest {
    private OfferingConnection connection = connection(settings(false));

    private static OfferingConnection connection(NegotiationSettings settings) {
        return new OfferingConnection(settings, LOCAL, 100);
    }

    private Offer offer() {
        return connection.createOffer().orElseThrow();
    }

    /// What a browser makes of our offer: the same sections, mirrored.
    private static String answerTo(Offer offer) {
        SessionDescription offered = SessionDescription.parse(offer.sdp());
        List<MediaSection> sections = new ArrayList<>();
        for (MediaSection section : offered.sections()) {
            List<SdpAttribute> attributes = new ArrayList<>();
            for (SdpAttribute attribute : section.attributes()) {
                switch (attribute.name()) {
                    case "sendonly" -> attributes.add(SdpAttribute.property("recvonly"));
                    case "setup" -> attributes.add(SdpAttribute.of("setup", "passive"));
                    case "ice-ufrag" -> attributes.add(SdpAttribute.of("ice-ufrag", "them"));
                    case "ssrc", "ssrc-group", "msid", "candidate" -> {}
                    default -> attributes.add(attribute);
                }
            }
            sections.add(
                    new MediaSection(
                            section.media(),
                            9,
                            section.protocol(),
                            section.formats(),
                            section.lines(),
                            attributes));
        }
        return new SessionDescription(offered.lines(), offered.attributes(), sections).toText();
    }

    private AnswerOutcome.Accepted accepted(String sdp, int id) {
        AnswerOutcome outcome = connection.onAnswer(sdp, id);
        assertThat(outcome).isInstanceOf(AnswerOutcome.Accepted.class);
        return (AnswerOutcome.Accepted) outcome;
    }

    private AnswerOutcome.Accepted negotiate() {
        Offer offer = offer();
        return accepted(answerTo(offer), offer.id());
    }

    @Test
    void offersDataFirstAndAlwaysActive() {
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.VIDEO));
        Offer offer = offer();
        SessionDescription sdp = SessionDescription.parse(offer.sdp());

        assertThat(offer.id()).isEqualTo(100);
        assertThat(offer.iceRestart()).isFalse();
        assertThat(sdp.sections()).extracting(MediaSection::mid).containsExactly("0", "1", "2");
        assertThat(sdp.sections().get(0).media()).isEqualTo("application");
        assertThat(sdp.sections().get(0).candidates()).hasSize(1);
        assertThat(sdp.bundle()).containsExactly("0", "1", "2");
        assertThat(offer.sdp()).doesNotContain("actpass").contains("a=setup:active");
        assertThat(offer.midToTrackId()).containsEntry("1", "TR_1").containsEntry("2", "TR_2");
    }

    @Test
    void offersTheWholeCodecTable() {
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.VIDEO));
        String sdp = offer().sdp();
        MediaSection audio = section(sdp, "1");
        MediaSection video = section(sdp, "2");

        assertThat(audio.formats()).containsExactly("111", "63", "0", "8");
        assertThat(video.formats())
                .containsExactly(
                        "96", "97", "98", "99", "100", "101", "125", "126", "108", "109", "35",
                        "36", "116", "117");
        assertThat(audio.values("rtcp-fb")).containsExactly("111 nack", "0 nack", "8 nack");
        assertThat(video.values("rtcp-fb"))
                .contains("96 nack", "96 nack pli", "96 ccm fir", "96 goog-remb")
                .doesNotContain("96 transport-cc");
        assertThat(audio.values("fmtp")).contains("63 111/111");
        assertThat(video.values("fmtp")).contains("97 apt=96", "98 profile-id=0");
    }

    @Test
    void numbersExtensionsFromOne() {
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.VIDEO));
        String sdp = offer().sdp();

        assertThat(section(sdp, "2").values("extmap"))
                .containsExactly(
                        "1 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
                        "2 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
                        "3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time");
        assertThat(section(sdp, "1").values("extmap"))
                .containsExactly("2 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time");
    }

    @Test
    void sendSideBandwidthEstimationReplacesRemb() {
        connection =
                connection(
                        new NegotiationSettings(
                                List.of(),
                                Fixtures.CODECS,
                                ClientQuirks.NONE,
                                false,
                                true,
                                true,
                                1));
        connection.addSend(send(2, MediaKind.VIDEO));
        MediaSection video = section(offer().sdp(), "1");

        assertThat(video.values("rtcp-fb"))
                .contains("96 transport-cc")
                .doesNotContain("96 goog-remb");
        assertThat(video.values("extmap").get(2))
                .startsWith("3 http://www.ietf.org/id/draft-holmer");
        assertThat(video.values("extmap").get(3)).endsWith("playout-delay");
    }

    @Test
    void clientsWithoutRedAreNotOfferedIt() {
        connection = connection(settings(false, ClientQuirks.of("firefox", "windows", 16)));
        connection.addSend(send(1, MediaKind.AUDIO));

        assertThat(section(offer().sdp(), "1").formats()).containsExactly("111", "0", "8");
    }

    @Test
    void anAnswerStartsWhatWasOffered() {
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.VIDEO));
        AnswerOutcome.Accepted accepted = negotiate();

        assertThat(accepted.remote().dtls().localRole()).isEqualTo(DtlsRole.CLIENT);
        assertThat(accepted.remote().sctp()).isEqualTo(new SctpParameters(5000, 65_535));
        assertThat(accepted.offerAgain()).isFalse();
        assertThat(accepted.sends())
                .extracting(RtpSendParameters::id)
                .containsExactly(new SendId(1), new SendId(2));
        RtpSendParameters video = accepted.sends().get(1);
        assertThat(video.ssrc()).isEqualTo(20);
        assertThat(video.rtxSsrc()).isEqualTo(21);
        assertThat(video.section().extensions().dependencyDescriptor()).isEqualTo(1);
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void theBoundCodecComesFirst() {
        connection.addSend(send(1, MediaKind.VIDEO, "video/AV1"));

        RtpSendParameters sent = negotiate().sends().get(0);

        assertThat(sent.section().codecs().get(0).payloadType()).isEqualTo(35);
        assertThat(sent.section().codecs()).hasSize(7);
    }

    @Test
    void theBoundH264ProfileIsThePublishers() {
        SendRequest plain = send(1, MediaKind.VIDEO, "video/H264");
        connection.addSend(
                new SendRequest(
                        plain.id(),
                        plain.source(),
                        plain.kind(),
                        plain.trackSid(),
                        plain.streamId(),
                        "video/H264",
                        "packetization-mode=1;profile-level-id=42e034",
                        1,
                        2,
                        false,
                        false,
                        SendTraits.NONE));

        assertThat(negotiate().sends().get(0).section().codecs())
                .extracting(CodecParameters::payloadType)
                .startsWith(108);
    }

    @Test
    void usesThePayloadTypesOfTheAnswer() {
        connection.addSend(send(1, MediaKind.VIDEO));
        Offer offer = offer();
        String sdp =
                answerTo(offer)
                        .replace("RTP/SAVPF 96 97 98 99 100", "RTP/SAVPF 98 99 96 100")
                        .replace("a=extmap:3 http://www.webrtc.org", "a=x-extmap:");

        RtpSendParameters sent = accepted(sdp, 0).sends().get(0);

        assertThat(sent.rtxSsrc()).isZero();
        assertThat(sent.section().codecs().get(0).payloadType()).isEqualTo(96);
        assertThat(sent.section().extensions().absSendTime()).isZero();
    }

    @Test
    void aCodecTheClientDoesNotTakeIsUnsupported() {
        connection.addSend(send(1, MediaKind.VIDEO, "video/AV1"));
        Offer offer = offer();

        AnswerOutcome.Accepted accepted =
                accepted(answerTo(offer).replace("a=rtpmap:35 AV1", "a=rtpmap:35 AVX"), 100);

        assertThat(accepted.sends()).isEmpty();
        assertThat(accepted.unsupported()).containsExactly(new SendId(1));
    }

    @Test
    void oneOfferIsInFlightAtATime() {
        connection.addSend(send(1, MediaKind.AUDIO));
        Offer first = offer();
        connection.addSend(send(2, MediaKind.AUDIO));

        assertThat(connection.isOfferInFlight()).isTrue();
        assertThat(connection.needsOffer()).isTrue();
        assertThat(connection.createOffer()).isEmpty();
        AnswerOutcome.Accepted accepted = accepted(answerTo(first), first.id());

        assertThat(accepted.offerAgain()).isTrue();
        assertThat(accepted.sends())
                .extracting(RtpSendParameters::id)
                .containsExactly(new SendId(1));
        AnswerOutcome.Accepted second = negotiate();
        assertThat(second.sends()).extracting(RtpSendParameters::id).containsExactly(new SendId(2));
        assertThat(second.offerAgain()).isFalse();
    }

    @Test
    void aRetryIsOfferedAgainEvenUnchanged() {
        Offer first = offer();
        connection.createOffer();

        assertThat(accepted(answerTo(first), 0).offerAgain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 101})
    void anAnswerToAnotherOfferIsStale(int id) {
        Offer offer = offer();

        assertThat(connection.onAnswer(answerTo(offer), id)).isEqualTo(new AnswerOutcome.Stale(id));
        assertThat(connection.isOfferInFlight()).isTrue();
    }

    @Test
    void anAnswerWithoutAnOfferIsStale() {
        Offer offer = offer();
        accepted(answerTo(offer), 100);

        assertThat(connection.onAnswer(answerTo(offer), 100))
                .isInstanceOf(AnswerOutcome.Stale.class);
    }

    @Test
    void anUnsubscribedSectionIsOfferedInactiveThenReused() {
        connection.addSend(send(1, MediaKind.AUDIO));
        negotiate();
        connection.removeSend(new SendId(1));
        connection.addSend(send(2, MediaKind.AUDIO));
        Offer offer = offer();

        assertThat(section(offer.sdp(), "1").direction()).isEqualTo(Direction.INACTIVE);
        assertThat(section(offer.sdp(), "1").isRejected()).isFalse();
        assertThat(offer.midToTrackId()).containsOnlyKeys("2");
        accepted(answerTo(offer), 0);

        connection.addSend(send(3, MediaKind.AUDIO));
        assertThat(offer().midToTrackId()).containsEntry("1", "TR_3").containsEntry("2", "TR_2");
    }

    @Test
    void safariGetsANewSectionEachTime() {
        connection = connection(settings(false, ClientQuirks.of("safari", "ios", 16)));
        connection.addSend(send(1, MediaKind.AUDIO));
        negotiate();
        connection.removeSend(new SendId(1));
        negotiate();
        connection.addSend(send(2, MediaKind.AUDIO));

        assertThat(offer().midToTrackId()).containsOnlyKeys("2");
    }

    @Test
    void aTrackThatLeavesBeforeItsOfferLeavesNoSection() {
        offer();
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.removeSend(new SendId(1));

        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void aTrackThatLeavesDuringItsOfferIsNotStarted() {
        connection.addSend(send(1, MediaKind.AUDIO));
        Offer offer = offer();
        connection.removeSend(new SendId(1));

        AnswerOutcome.Accepted accepted = accepted(answerTo(offer), offer.id());

        assertThat(accepted.sends()).isEmpty();
        assertThat(accepted.offerAgain()).isTrue();
    }

    @Test
    void aRestartOffersNewCredentials() {
        negotiate();
        Offer restart = connection.createRestartOffer(ICE2);

        assertThat(restart.iceRestart()).isTrue();
        assertThat(restart.localIce()).isEqualTo(ICE2);
        assertThat(restart.sdp()).contains("a=ice-ufrag:newer");
        assertThat(restart.id()).isEqualTo(101);
        String answer = answerTo(restart).replace("them", "them2");
        assertThat(accepted(answer, 101).remote().iceRestart()).isTrue();
        assertThat(connection.needsOffer()).isFalse();
    }

    @Test
    void aRestartDuringTheFirstOfferSendsItAgainAndFollowsLater() {
        Offer first = offer();

        assertThat(connection.createRestartOffer(ICE2)).isEqualTo(first);
        assertThat(accepted(answerTo(first), first.id()).offerAgain()).isTrue();
        Offer restart = offer();
        assertThat(restart.iceRestart()).isTrue();
        assertThat(restart.localIce()).isEqualTo(ICE2);
    }

    @Test
    void aRestartDuringALaterOfferReplacesIt() {
        negotiate();
        connection.addSend(send(1, MediaKind.AUDIO));
        Offer lost = offer();

        Offer restart = connection.createRestartOffer(ICE2);

        assertThat(restart.id()).isEqualTo(lost.id() + 1);
        assertThat(restart.midToTrackId()).containsEntry("1", "TR_1");
        assertThat(connection.onAnswer(answerTo(lost), lost.id()))
                .isInstanceOf(AnswerOutcome.Stale.class);
        assertThat(accepted(answerTo(restart), restart.id()).sends()).hasSize(1);
    }

    @Test
    void anAnswerWithOtherSectionsIsMalformed() {
        Offer small = offer();
        accepted(answerTo(small), 0);
        connection.addSend(send(1, MediaKind.AUDIO));
        offer();

        assertThat(connection.onAnswer(answerTo(small), 0))
                .isInstanceOf(AnswerOutcome.Malformed.class);
        assertThat(connection.onAnswer("v=0", 0)).isInstanceOf(AnswerOutcome.Malformed.class);
        assertThat(connection.isOfferInFlight()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void mutatedAnswersAreTakenOrRefused(long seed) {
        Random random = new Random(seed);
        connection.addSend(send(1, MediaKind.AUDIO));
        connection.addSend(send(2, MediaKind.VIDEO));
        String alphabet = "am=: \n0123456789/;,~x";
        for (int round = 0; round < 200; round++) {
            connection.createOffer();
            Offer offer = connection.createRestartOffer(ICE2);
            StringBuilder text = new StringBuilder(answerTo(offer));
            for (int change = 0; change < 1 + random.nextInt(8); change++) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(connection.onAnswer(text.toString(), 0)).isNotNull();
        }
    }
}
