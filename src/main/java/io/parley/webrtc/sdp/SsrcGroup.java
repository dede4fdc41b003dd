package io.parley.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;

/// SSRCs that belong together: `FID` (media and its retransmission) or `SIM` (RFC 5576 §4.2).
public record SsrcGroup(String semantics, List<Integer> ssrcs) {
    public SsrcGroup {
        ssrcs = List.copyOf(ssrcs);
    }

    static SsrcGroup parse(String value) {
        List<String> words = Tokens.split(value, ' ');
        if (words.isEmpty()) {
            throw new MalformedSdpException(0, "empty ssrc-group");
        }
        List<Integer> ssrcs = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            ssrcs.add((int) Tokens.number(word, SsrcAttribute.MAX_SSRC));
        }
        return new SsrcGroup(words.get(0), ssrcs);
    }

    public SdpAttribute toAttribute() {
        StringBuilder value = new StringBuilder(semantics);
        for (int ssrc : ssrcs) {
            value.append(' ').append(Integer.toUnsignedString(ssrc));
        }
        return SdpAttribute.of("ssrc-group", value.toString());
    }
}
