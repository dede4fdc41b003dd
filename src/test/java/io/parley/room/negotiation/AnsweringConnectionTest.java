package io.parley.room.negotiation;

import static io.parley.room.negotiation.Fixtures.ICE2;
import static io.parley.room.negotiation.Fixtures.LOCAL;
import static io.parley.room.negotiation.Fixtures.accepted;
import static io.parley.room.negotiation.Fixtures.section;
import static io.parley.room.negotiation.Fixtures.settings;
import static io.parley.room.negotiation.Fixtures.track;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.room.negotiation.Fixtures.Tracks;
import io.parley.room.negotiation.PublishedTracks.PublishedTrack;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.SctpParameters;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.sdp.Direction;
import io.parley.webrtc.sdp.ExtMap;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SampleSdps;
import io.parley.webrtc.sdp.SessionDescription;
import io.parley.webrtc.sdp.Simulcast;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnsweringConnectionTest {
    private final Tracks tracks = new Tracks();
    private AnsweringConnection connection = new AnsweringConnection(settings(false), LOCAL);

    private AppliedOffer offer(String sdp) {
        return accepted(connection.onOffer(sdp, tracks));
    }

    private static String offerOf(String... sections) {
        StringBuilder mids = new StringBuilder();
        for (int i = 0; i < sections.length; i++) {
            mids.append(i == 0 ? "" : " ").append(i);
        }
        return SampleSdps.session(mids.toString()) + String.join("", sections);
    }

    @Test
    void readsTheTransportOfAChromePublisher() {
        AppliedOffer offer = offer(SampleSdps.publisher());

        assertThat(offer.remote().ice())
                .isEqualTo(new IceParameters("uF1a", "asd88fgpdd777uzjYhagZgaa", false));
        assertThat(offer.remote().dtls().localRole()).isEqualTo(DtlsRole.CLIENT);
        assertThat(offer.remote().dtls().remoteFingerprints()).hasSize(1);
        assertThat(offer.remote().sctp()).isEqualTo(new SctpParameters(5000, 262_144));
        assertThat(offer.remote().iceRestart()).isFalse();
    }

    @Test
    void receivesSimulcastLayersLowestFirst() {
        tracks.with("cam", track(7, "video/VP8"));

        PublishedSection camera = offer(SampleSdps.publisher()).published().get(0);

        assertThat(camera.mid()).isEqualTo("2");
        assertThat(camera.sdpCid()).isEqualTo("cam");
        assertThat(camera.mimeType()).isEqualTo("video/VP8");
        RtpReceiveParameters parameters = camera.parameters();
        assertThat(parameters.source()).isEqualTo(new SourceId(7));
        assertThat(parameters.encodings())
                .containsExactly(
                        new EncodingParameters("q", 0, 0, 0),
                        new EncodingParameters("h", 1, 0, 0),
                        new EncodingParameters("f", 2, 0, 0));
        assertThat(parameters.extensions().rid()).isEqualTo(10);
        assertThat(parameters.extensions().repairedRid()).isEqualTo(11);
        assertThat(parameters.extensions().transportCc()).isEqualTo(3);
        assertThat(parameters.extensions().dependencyDescriptor()).isEqualTo(12);
        assertThat(parameters.extensions().absSendTime()).isZero();
    }

    @Test
    void answersSimulcastWithAllLayersActive() {
        offer(SampleSdps.publisher());

        MediaSection video = section(connection.createAnswer().sdp(), "2");

        assertThat(video.values("rid")).containsExactly("q recv", "h recv", "f recv");
        assertThat(video.simulcast()).isEqualTo(new Simulcast(List.of(), List.of("q", "h", "f")));
        assertThat(video.direction()).isEqualTo(Direction.RECVONLY);
    }

    @Test
    void answersInTheExpectedShape() {
        offer(SampleSdps.publisher());
        String sdp = connection.createAnswer().sdp();
        SessionDescription answer = SessionDescription.parse(sdp);

        assertThat(answer.bundle()).containsExactly("0", "1", "2");
        assertThat(sdp)
                .contains("a=extmap-allow-mixed\r\n", "a=fingerprint:sha-256 AA:BB\r\n")
                .contains("a=sctp-port:5000\r\na=max-message-size:65535\r\n")
                .doesNotContain("ice-lite");
        for (MediaSection section : answer.sections()) {
            assertThat(section.value("setup")).isEqualTo("active");
            assertThat(section.value("ice-ufrag")).isEqualTo("local");
            assertThat(section.lines()).containsExactly("c=IN IP4 0.0.0.0");
        }
        assertThat(answer.sections().get(0).candidates()).hasSize(1);
        assertThat(answer.sections().get(0).has("end-of-candidates")).isTrue();
        assertThat(answer.sections().get(1).candidates()).isEmpty();
        assertThat(answer.sections().get(1).has("rtcp-mux")).isTrue();
        assertThat(answer.sections().get(1).has("rtcp-rsize")).isTrue();
    }

    @Test
    void echoesOfferedPayloadTypesOfMatchingProfilesOnly() {
        offer(SampleSdps.publisher());
        String sdp = connection.createAnswer().sdp();

        assertThat(section(sdp, "1").formats()).containsExactly("111", "63", "0", "8");
        // Refused: H264 42001f, AV1 is taken, VP9 profile 2.
        assertThat(section(sdp, "2").formats())
                .containsExactly(
                        "96", "97", "107", "108", "109", "114", "39", "40", "45", "46", "98", "99",
                        "119", "120");
    }

    @Test
    void answersOfferedExtensionIdsOnly() {
        offer(SampleSdps.publisher());
        String sdp = connection.createAnswer().sdp();

        assertThat(section(sdp, "1").extensions()).extracting(ExtMap::id).containsExactly(1, 4);
        assertThat(section(sdp, "2").extensions())
                .extracting(ExtMap::id)
                .containsExactly(3, 4, 10, 11, 12);
    }

    @Test
    void aSingleConnectionAlsoTakesAbsSendTimeAndRemb() {
        connection = new AnsweringConnection(settings(true), LOCAL);
        tracks.with("cam", track(7, "video/VP8"));

        RtpReceiveParameters camera = offer(SampleSdps.publisher()).published().get(0).parameters();

        assertThat(camera.extensions().absSendTime()).isEqualTo(2);
        assertThat(camera.codecs().get(0).feedback())
                .containsExactlyInAnyOrder(RtcpFeedback.values());
    }

    @Test
    void putsThePreferredCodecFirst() {
        tracks.with("cam", track(7, "video/h264"));
        offer(SampleSdps.publisher());

        assertThat(section(connection.createAnswer().sdp(), "2").formats())
                .startsWith("107", "108", "109", "114", "39", "40", "96", "97");
    }

    @Test
    void listsOneCodecForClientsThatIgnoreTheOrder() {
        ClientQuirks firefox = ClientQuirks.of("Firefox", "Linux", 16);
        connection = new AnsweringConnection(settings(false, firefox), LOCAL);
        tracks.with("cam", track(7, "video/VP8")).with("mic", track(8, ""));
        offer(SampleSdps.publisher());
        String sdp = connection.createAnswer().sdp();

        assertThat(section(sdp, "2").formats()).containsExactly("96");
        assertThat(section(sdp, "1").formats()).containsExactly("111", "0", "8");
    }

    @ParameterizedTest
    @CsvSource({
        "'', false, 63",
        "'', true, 111",
        "audio/red, true, 63",
        "audio/opus, false, 111",
    })
    void redComesFirstWhenWanted(String mimeType, boolean disableRed, String firstFormat) {
        PublishedTrack plain = track(8, mimeType);
        tracks.with(
                "mic",
                new PublishedTrack(
                        plain.source(), mimeType, plain.traits(), disableRed, true, false));
        offer(SampleSdps.publisher());

        assertThat(section(connection.createAnswer().sdp(), "1").formats().get(0))
                .isEqualTo(firstFormat);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, minptime=10;useinbandfec=1;usedtx=1",
        "false, false, minptime=10;useinbandfec=1",
        "false, true, minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=510000",
    })
    void addsToTheOpusParameters(boolean dtx, boolean stereo, String fmtp) {
        PublishedTrack plain = track(8, "");
        tracks.with(
                "mic", new PublishedTrack(plain.source(), "", plain.traits(), true, dtx, stereo));
        offer(SampleSdps.publisher());
        MediaSection audio = section(connection.createAnswer().sdp(), "1");

        assertThat(audio.codecs().get(0).fmtp()).isEqualTo(fmtp);
        assertThat(audio.values("rtcp-fb"))
                .containsExactly("111 nack", "63 nack", "0 nack", "8 nack");
    }

    @Test
    void usesDeclaredSsrcs() {
        tracks.with("mic", track(8, "")).with("cam", track(7, "video/VP8"));
        String native1 =
                SampleSdps.msid("cam")
                        + "a=ssrc-group:FID 21 22\na=ssrc:21 cname:c\na=ssrc:22 cname:c\n";
        List<PublishedSection> published =
                offer(
                                offerOf(
                                        SampleSdps.audio(
                                                "0", "sendonly", SampleSdps.declared("mic", 1111)),
                                        SampleSdps.video("1", "sendonly", native1)))
                        .published();

        assertThat(published.get(0).parameters().encodings())
                .containsExactly(new EncodingParameters("", 0, 1111, 0));
        assertThat(published.get(1).parameters().encodings())
                .containsExactly(new EncodingParameters("", 0, 21, 22));
    }

    @Test
    void readsAGoPublisher() {
        tracks.with("pion-video", track(7, ""));
        String sdp =
                """
                v=0
                o=- 1 1 IN IP4 0.0.0.0
                s=-
                t=0 0
                a=fingerprint:sha-256 0F:AA
                a=group:BUNDLE 0
                m=video 9 UDP/TLS/RTP/SAVPF 96 97
                c=IN IP4 0.0.0.0
                a=setup:actpass
                a=mid:0
                a=ice-ufrag:abc
                a=ice-pwd:abcdefghijklmnopqrstuvwx
                a=rtcp-mux
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack
                a=rtpmap:97 rtx/90000
                a=fmtp:97 apt=96
                a=ssrc:4000000000 cname:pion
                a=ssrc:4000000000 msid:pion pion-video
                a=candidate:1 1 udp 2130706431 192.168.0.2 5000 typ host
                a=candidate:1 2 udp 2130706431 192.168.0.2 5000 typ host
                a=end-of-candidates
                a=sendrecv
                """;

        AppliedOffer offer = offer(sdp);
        RtpReceiveParameters video = offer.published().get(0).parameters();

        assertThat(offer.remote().candidates())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("candidate:1 1");
        assertThat(offer.remote().sctp()).isNull();
        assertThat(video.encodings().get(0).ssrc()).isEqualTo((int) 4_000_000_000L);
        assertThat(video.codecs().get(0).feedback()).containsExactly(RtcpFeedback.NACK);
        assertThat(section(connection.createAnswer().sdp(), "0").direction())
                .isEqualTo(Direction.RECVONLY);
    }

    @Test
    void readsSimGroupsAsLayers() {
        tracks.with("cam", track(7, "video/VP8"));
        String sim =
                SampleSdps.msid("cam")
                        + "a=ssrc-group:SIM 1 2 3\na=ssrc-group:FID 1 11\na=ssrc:1 cname:c\n";

        assertThat(
                        offer(offerOf(SampleSdps.video("0", "sendonly", sim)))
                                .published()
                                .get(0)
                                .parameters()
                                .encodings())
                .containsExactly(
                        new EncodingParameters("", 0, 1, 11),
                        new EncodingParameters("", 1, 2, 0),
                        new EncodingParameters("", 2, 3, 0));
    }

    @Test
    void readsAFirefoxPublisherByItsRids() {
        tracks.with("ff", track(7, "video/VP8"));

        RtpReceiveParameters camera =
                offer(offerOf(SampleSdps.firefoxVideo("0", "ff"))).published().get(0).parameters();

        assertThat(camera.encodings())
                .containsExactly(
                        new EncodingParameters("q", 0, 0, 0), new EncodingParameters("h", 1, 0, 0));
        assertThat(camera.extensions().rid()).isEqualTo(8);
        assertThat(camera.codecs())
                .extracting(CodecParameters::payloadType)
                .containsExactly(120, 126);
        assertThat(camera.codecs().get(0).rtxPayloadType()).isEqualTo(124);
    }

    @ParameterizedTest
    @CsvSource({"f;h;q, q;h;f", "0;1;2, 2;1;0", "x;y;z, x;y;z", "f;h, h;f", "a;b;c;d, a;b;c"})
    void ordersLayersByTheirNames(String offered, String expected) {
        tracks.with("cam", track(7, "video/VP8"));
        String lines = SampleSdps.msid("cam") + "a=simulcast:send " + offered + "\n";

        assertThat(
                        offer(offerOf(SampleSdps.video("0", "sendonly", lines)))
                                .published()
                                .get(0)
                                .parameters()
                                .encodings())
                .extracting(EncodingParameters::rid)
                .containsExactly(expected.split(";", -1));
    }

    @Test
    void aTrackMayBeRequestedAfterItsOffer() {
        AppliedOffer offer = offer(SampleSdps.publisher());
        connection.createAnswer();

        assertThat(offer.published()).isEmpty();
        assertThat(offer.unmatchedMids()).containsExactly("1", "2");
        tracks.with("cam", track(7, "video/VP8"));
        assertThat(connection.retryPending(tracks))
                .extracting(PublishedSection::mid)
                .containsExactly("2");
        assertThat(connection.retryPending(tracks)).isEmpty();
    }

    @Test
    void anUnchangedSectionIsReportedOnce() {
        tracks.with("cam", track(7, "video/VP8")).with("mic", track(8, ""));

        assertThat(offer(SampleSdps.publisher()).published()).hasSize(2);
        connection.createAnswer();
        assertThat(offer(SampleSdps.publisher()).published()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inactive", "recvonly"})
    void aSectionThatSendsNoMoreEndsItsTrack(String direction) {
        tracks.with("mic", track(8, ""));
        String data = SampleSdps.data("0");
        String mic = SampleSdps.declared("mic", 1111);
        offer(offerOf(data, SampleSdps.audio("1", "sendonly", mic)));
        connection.createAnswer();

        AppliedOffer after = offer(offerOf(data, SampleSdps.audio("1", direction, "")));

        assertThat(after.endedMids()).containsExactly("1");
        assertThat(section(connection.createAnswer().sdp(), "1").direction())
                .isEqualTo(Direction.INACTIVE);
    }

    @Test
    void anotherTrackOnTheSameSectionEndsTheFirst() {
        tracks.with("mic", track(8, "")).with("mic2", track(9, ""));
        offer(offerOf(SampleSdps.audio("0", "sendonly", SampleSdps.declared("mic", 1))));

        AppliedOffer after =
                offer(offerOf(SampleSdps.audio("0", "sendonly", SampleSdps.declared("mic2", 2))));

        assertThat(after.endedMids()).containsExactly("0");
        assertThat(after.published().get(0).parameters().source()).isEqualTo(new SourceId(9));
    }

    @Test
    void aTrackPublishedAgainOnANewSectionIsANewOne() {
        tracks.with("mic", track(8, "")).with("mic2", track(9, ""));
        offer(offerOf(SampleSdps.audio("0", "sendonly", SampleSdps.declared("mic", 1))));
        String stopped = SampleSdps.audio("0", "inactive", "").replace("m=audio 9", "m=audio 0");

        AppliedOffer after =
                offer(
                        offerOf(
                                stopped,
                                SampleSdps.audio("1", "sendonly", SampleSdps.declared("mic2", 2))));
        String answer = connection.createAnswer().sdp();

        assertThat(after.endedMids()).containsExactly("0");
        assertThat(after.published()).extracting(PublishedSection::mid).containsExactly("1");
        assertThat(SessionDescription.parse(answer).bundle()).containsExactly("1");
        assertThat(answer).contains("m=audio 0 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\n");
        assertThat(section(answer, "1").candidates()).hasSize(1);
    }

    @Test
    void aTrackEndedByTheServerIsNotMatchedAgain() {
        tracks.with("mic", track(8, ""));
        String sdp = offerOf(SampleSdps.audio("0", "sendonly", SampleSdps.declared("mic", 1)));
        offer(sdp);
        connection.unpublish("0");

        AppliedOffer after = offer(sdp);

        assertThat(after.published()).isEmpty();
        assertThat(after.endedMids()).isEmpty();
        assertThat(after.unmatchedMids()).isEmpty();
    }

    @Test
    void aSectionWithoutACommonCodecIsRefused() {
        connection =
                new AnsweringConnection(
                        new NegotiationSettings(
                                List.of(EnabledCodec.of("audio/opus")),
                                List.of(),
                                ClientQuirks.NONE,
                                false,
                                false,
                                false,
                                1),
                        LOCAL);
        tracks.with("cam", track(7, "video/VP8"));

        AppliedOffer offer = offer(SampleSdps.publisher());
        String sdp = connection.createAnswer().sdp();

        assertThat(offer.published()).isEmpty();
        assertThat(section(sdp, "2").isRejected()).isTrue();
        assertThat(SessionDescription.parse(sdp).bundle()).containsExactly("0", "1");
        assertThat(section(sdp, "1").formats()).containsExactly("111");
    }

    @Test
    void changedCredentialsAreAnIceRestart() {
        offer(SampleSdps.publisher());
        connection.createAnswer();

        AppliedOffer restart = offer(SampleSdps.publisher().replace("uF1a", "uF2b"));
        connection.restartIce(ICE2);

        assertThat(restart.remote().iceRestart()).isTrue();
        assertThat(connection.createAnswer().sdp())
                .contains("a=ice-ufrag:newer\r\n")
                .contains("o=- 4711 2 IN IP4");
    }

    @ParameterizedTest
    @CsvSource({"active, SERVER, passive", "passive, CLIENT, active", "actpass, CLIENT, active"})
    void takesTheDtlsRoleTheClientLeaves(String theirs, DtlsRole ours, String setup) {
        String sdp = SampleSdps.publisher().replace("a=setup:actpass", "a=setup:" + theirs);

        assertThat(offer(sdp).remote().dtls().localRole()).isEqualTo(ours);
        assertThat(section(connection.createAnswer().sdp(), "0").value("setup")).isEqualTo(setup);
    }

    @Test
    void anOfferWithoutMixedExtensionsIsAnsweredWithout() {
        offer(SampleSdps.publisher().replace("a=extmap-allow-mixed\n", ""));

        assertThat(connection.createAnswer().sdp()).doesNotContain("extmap-allow-mixed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=ice-ufrag:uF1a\n", "a=ice-pwd:asd88fgpdd777uzjYhagZgaa\n"})
    void anOfferNeedsCredentials(String line) {
        assertThat(connection.onOffer(SampleSdps.publisher().replace(line, ""), tracks))
                .isInstanceOf(OfferOutcome.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v=0\n", "hello", "v=0\nm=audio\n"})
    void nonsenseIsMalformedAndChangesNothing(String sdp) {
        tracks.with("mic", track(8, ""));
        offer(SampleSdps.publisher());

        assertThat(connection.onOffer(sdp, tracks)).isInstanceOf(OfferOutcome.Malformed.class);
        assertThat(section(connection.createAnswer().sdp(), "1").direction())
                .isEqualTo(Direction.RECVONLY);
    }

    @Test
    void twoSectionsMayNotShareAMid() {
        assertThat(
                        connection.onOffer(
                                offerOf(
                                        SampleSdps.data("0"),
                                        SampleSdps.audio("0", "sendonly", "")),
                                tracks))
                .isInstanceOf(OfferOutcome.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void mutatedOffersAreAnsweredOrRefused(long seed) {
        Random random = new Random(seed);
        tracks.with("mic", track(8, "")).with("cam", track(7, "video/VP8"));
        connection = new AnsweringConnection(settings(true), LOCAL);
        String alphabet = "am=: \n0123456789/;,~x";
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder(SampleSdps.publisher());
            for (int change = 0; change < 1 + random.nextInt(8); change++) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (connection.onOffer(text.toString(), tracks) instanceof OfferOutcome.Accepted) {
                SessionDescription.parse(connection.createAnswer().sdp());
            }
        }
    }
}
