package io.parley.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdpParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "nonsense ! 2",
                "a ! 2",
                "m=audio ! 2",
                "m=audio x RTP/SAVPF 0 ! 2",
                "m=audio 70000 RTP/SAVPF 0 ! 2",
                "a=rtpmap:96 ! 2",
                "a=rtpmap:96 VP8 ! 2",
                "a=rtpmap:128 VP8/90000 ! 2",
                "a=rtpmap:96 VP8/many ! 2",
                "a=fmtp:96 ! 2",
                "a=fmtp:x a=b ! 2",
                "a=rtcp-fb:x nack ! 2",
                "a=rtcp-fb:96 ! 2",
                "a=extmap:1 ! 2",
                "a=extmap:5000 uri ! 2",
                "a=ssrc:x cname:y ! 2",
                "a=ssrc:4294967296 cname:y ! 2",
                "a=ssrc-group:FID x ! 2",
                "a=rid:q ! 2",
                "a=simulcast:both q ! 2",
                "a=setup:maybe ! 2",
                "a=fingerprint:sha-256 ! 2",
                "a=sctp-port:70000 ! 2",
                "a=max-message-size:-1 ! 2",
            })
    void namesTheMalformedLine(String line, int number) {
        assertThatThrownBy(() -> SessionDescription.parse("v=0\n" + line + "\n"))
                .isInstanceOf(MalformedSdpException.class)
                .hasMessageStartingWith("line " + number + ":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "hello", "o=- 1 1 IN IP4 0.0.0.0\nv=0\n", "v=1\n"})
    void wantsTheVersionFirst(String text) {
        assertThatThrownBy(() -> SessionDescription.parse(text))
                .isInstanceOf(MalformedSdpException.class);
    }

    @Test
    void boundsWhatItReads() {
        refuses("v=0\n" + "x".repeat(2 * 1024 * 1024));
        refuses("v=0\n" + "m=audio 9 RTP/SAVPF 0\n".repeat(1001));
        refuses("v=0\n" + "a=x\n".repeat(5000));
        refuses("v=0\nm=audio 9 RTP/SAVPF" + " 0".repeat(300) + "\n");
        assertThat(
                        SessionDescription.parse("v=0\n" + "m=audio 9 RTP/SAVPF 0\n".repeat(1000))
                                .sections())
                .hasSize(1000);
    }

    private static void refuses(String text) {
        assertThatThrownBy(() -> SessionDescription.parse(text))
                .isInstanceOf(MalformedSdpException.class);
    }

    @Test
    void everyTruncationIsReadOrRefused() {
        String text = SampleSdps.publisher();
        for (int length = 0; length < text.length(); length++) {
            ask(text.substring(0, length));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyMutationIsReadOrRefused(long seed) {
        Random random = new Random(seed);
        String alphabet = "am=: \n\r0123456789/;,~x";
        for (int round = 0; round < 400; round++) {
            StringBuilder text = new StringBuilder(SampleSdps.publisher());
            for (int change = 0; change < 1 + random.nextInt(20); change++) {
                int at = random.nextInt(text.length());
                char other = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, other);
                    case 1 -> text.insert(at, other);
                    default -> text.deleteCharAt(at);
                }
            }
            ask(text.toString());
        }
    }

    private static void ask(String text) {
        SessionDescription description;
        try {
            description = SessionDescription.parse(text);
        } catch (MalformedSdpException e) {
            assertThat(e.line()).isNotNegative();
            return;
        }
        for (MediaSection section : description.sections()) {
            section.codecs().forEach(SdpCodec::repairedPayloadType);
            section.extensions();
            section.ssrcGroups();
            section.ssrcs();
            section.rids();
            section.simulcast();
            section.msid();
            section.candidates();
            section.number("sctp-port", 0);
            description.setup(section);
            description.fingerprints(section);
        }
        SessionDescription again = SessionDescription.parse(description.toText());
        assertThat(again.sections()).hasSameSizeAs(description.sections());
    }
}
