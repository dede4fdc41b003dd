package io.parley.sfu.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.Sections;
import io.parley.webrtc.ortc.CodecParameters;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecMatchTest {
    private static final String HIGH = "profile-level-id=640c1f;packetization-mode=1";
    private static final String BASE = "packetization-mode=1;profile-level-id=42e01f";

    @Test
    void prefersTheSameFormatThenACompatibleOneThenAny() {
        CodecParameters high = h264(120, HIGH);
        CodecParameters base = h264(121, BASE);
        CodecParameters baseOtherLevel = h264(122, BASE.replace("1f", "34"));
        List<CodecParameters> all = List.of(Sections.VP8, high, baseOtherLevel, base);
        CodecParameters wanted = h264(1, "profile-level-id=42e01f; packetization-mode=1");
        assertThat(CodecMatch.find(all, wanted)).isEqualTo(base);
        assertThat(CodecMatch.find(List.of(high, baseOtherLevel), wanted))
                .isEqualTo(baseOtherLevel);
        assertThat(CodecMatch.find(List.of(Sections.VP8, high), wanted)).isEqualTo(high);
        assertThat(CodecMatch.find(List.of(Sections.VP8), wanted)).isNull();
        assertThat(CodecMatch.findMime(all, "VIDEO/vp8")).isEqualTo(Sections.VP8);
    }

    private static CodecParameters h264(int type, String fmtp) {
        return new CodecParameters("video/H264", type, -1, 90_000, 0, fmtp, Sections.REPAIR);
    }
}
