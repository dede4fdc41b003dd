package io.parley.webrtc.sdp;

import java.util.List;

/// An RTP header extension and its id on the wire (RFC 8285 §8).
public record ExtMap(int id, String uri) {
    private static final int MAX_ID = 4351;

    static ExtMap parse(String value) {
        List<String> words = Tokens.split(value, ' ');
        if (words.size() < 2) {
            throw new MalformedSdpException(0, "incomplete extmap");
        }
        String id = words.get(0);
        int slash = id.indexOf('/');
        String digits = slash < 0 ? id : id.substring(0, slash);
        return new ExtMap((int) Tokens.number(digits, MAX_ID), words.get(1));
    }

    public SdpAttribute toAttribute() {
        return SdpAttribute.of("extmap", id + " " + uri);
    }
}
