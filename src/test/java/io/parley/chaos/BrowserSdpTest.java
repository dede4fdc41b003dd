package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.sdp.SessionDescription;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrowserSdpTest {
    private static SessionDescription description(
            String ufrag, String fingerprint, String setup, String... mids) {
        StringBuilder text = new StringBuilder("v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n");
        for (String mid : mids) {
            text.append(
                    """
                    m=audio 9 UDP/TLS/RTP/SAVPF 111
                    c=IN IP4 0.0.0.0
                    a=rtpmap:111 opus/48000/2
                    a=ice-ufrag:%s
                    a=ice-pwd:abcdefghabcdefghabcdefgh
                    a=fingerprint:sha-256 %s
                    a=setup:%s
                    a=mid:%s
                    """
                            .formatted(ufrag, fingerprint, setup, mid));
        }
        return SessionDescription.parse(text.toString().replace("\n", "\r\n"));
    }

    private static final SessionDescription FIRST = description("aaaa", "AA:01", "active", "0");

    @Test
    void goesOnWithAnotherServerOnTheSameSections() {
        SessionDescription next = description("bbbb", "BB:02", "active", "0", "1");
        assertThat(BrowserSdp.isTakeover(FIRST, next)).isTrue();
        assertThat(BrowserSdp.isIceRestart(FIRST, next)).isTrue();
        assertThat(BrowserSdp.objectionToOffer(FIRST, next, false)).isEmpty();
        assertThat(BrowserSdp.objectionToOffer(FIRST, next, true)).isPresent();
    }

    @Test
    void refusesWhatWouldTakeSecondsOrFail() {
        assertThat(offer(description("bbbb", "BB:02", "actpass", "0"))).isTrue();
        assertThat(offer(description("aaaa", "BB:02", "active", "0"))).isTrue();
        assertThat(offer(description("bbbb", "BB:02", "active", "7"))).isTrue();
        assertThat(offer(description("bbbb", "AA:01", "active"))).isTrue();
        assertThat(offer(description("bbbb", "AA:01", "active", "0"))).isFalse();
    }

    private static boolean offer(SessionDescription next) {
        return BrowserSdp.objectionToOffer(FIRST, next, false).isPresent();
    }

    @Test
    void anAnswerHasTheSectionsOfItsOffer() {
        assertThat(BrowserSdp.objectionToAnswer(List.of("0"), null, FIRST, false)).isEmpty();
        assertThat(BrowserSdp.objectionToAnswer(List.of("0", "1"), null, FIRST, false)).isPresent();
    }
}
