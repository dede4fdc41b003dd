package io.parley.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionDescriptionTest {
    private final SessionDescription publisher = SessionDescription.parse(SampleSdps.publisher());

    @Test
    void writesWhatItRead() {
        String crlf = SampleSdps.publisher().replace("\n", "\r\n");

        assertThat(publisher.toText().replace("msid-semantic:", "msid-semantic: ")).isEqualTo(crlf);
        assertThat(SessionDescription.parse(crlf)).isEqualTo(publisher);
    }

    @Test
    void readsTheTransport() {
        MediaSection audio = publisher.sections().get(1);

        assertThat(publisher.bundle()).containsExactly("0", "1", "2");
        assertThat(publisher.value(audio, "ice-ufrag")).isEqualTo("uF1a");
        assertThat(publisher.setup(audio)).isEqualTo(Setup.ACTPASS);
        assertThat(publisher.fingerprints(audio).get(0).algorithm()).isEqualTo("sha-256");
        assertThat(publisher.isIceLite()).isFalse();
    }

    @Test
    void readsCodecsInTheOrderOfTheMediaLine() {
        List<SdpCodec> audio = publisher.sections().get(1).codecs();
        List<SdpCodec> video = publisher.sections().get(2).codecs();

        assertThat(audio.get(0))
                .isEqualTo(
                        new SdpCodec(
                                111,
                                "opus",
                                48_000,
                                2,
                                "minptime=10;useinbandfec=1",
                                List.of("transport-cc")));
        assertThat(video).hasSize(18);
        assertThat(video.get(1).repairedPayloadType()).isEqualTo(96);
        assertThat(video.get(6).parameter("profile-level-id", "")).isEqualTo("42e01f");
        assertThat(video.get(6).parameter("absent", "x")).isEqualTo("x");
    }

    @Test
    void readsLayersExtensionsAndIdentities() {
        MediaSection video = publisher.sections().get(2);

        assertThat(video.simulcast().send()).containsExactly("q", "h", "f");
        assertThat(video.rids()).containsExactly(rid("q"), rid("h"), rid("f"));
        assertThat(video.msid()).isEqualTo(new Msid("stream-1", "cam"));
        assertThat(video.direction()).isEqualTo(Direction.SENDONLY);
        assertThat(video.extensions())
                .contains(new ExtMap(4, "urn:ietf:params:rtp-hdrext:sdes:mid"));
    }

    private static Rid rid(String id) {
        return new Rid(id, "send");
    }

    @Test
    void readsSsrcsAsUnsignedNumbers() {
        MediaSection section =
                SessionDescription.parse(
                                """
                                v=0
                                m=video 9 UDP/TLS/RTP/SAVPF 96
                                a=ssrc-group:FID 4294967295 2
                                a=ssrc:4294967295 msid:s t
                                """)
                        .sections()
                        .get(0);

        assertThat(section.ssrcGroups()).containsExactly(new SsrcGroup("FID", List.of(-1, 2)));
        assertThat(section.ssrcs()).containsExactly(new SsrcAttribute(-1, "msid", "s t"));
        assertThat(section.ssrcGroups().get(0).toAttribute().value()).isEqualTo("FID 4294967295 2");
        assertThat(section.direction()).isEqualTo(Direction.SENDRECV);
    }

    @Test
    void takesFeedbackForAllPayloadTypes() {
        MediaSection section =
                SessionDescription.parse(
                                """
                                v=0
                                m=video 9 UDP/TLS/RTP/SAVPF 96
                                a=rtpmap:96 VP8/90000
                                a=rtcp-fb:* nack
                                """)
                        .sections()
                        .get(0);

        assertThat(section.codecs().get(0).feedback()).containsExactly("nack");
    }

    @Test
    void knowsStaticPayloadTypesWithoutMap() {
        MediaSection section =
                SessionDescription.parse("v=0\nm=audio 9 RTP/SAVPF 0 8 99\n").sections().get(0);

        assertThat(section.codecs()).extracting(SdpCodec::name).containsExactly("PCMU", "PCMA");
    }

    @Test
    void aBundleOnlySectionIsNotRejected() {
        SessionDescription description =
                SessionDescription.parse(
                        "v=0\nm=audio 0 RTP/SAVPF 0\nm=audio 0 RTP/SAVPF 0\na=bundle-only\n");

        assertThat(description.sections())
                .extracting(MediaSection::isRejected)
                .containsExactly(true, false);
    }
}
