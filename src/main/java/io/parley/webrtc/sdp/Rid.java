package io.parley.webrtc.sdp;

import java.util.List;

/// A restriction identifier: one simulcast layer (RFC 8851). `direction` is `send` or `recv`.
public record Rid(String id, String direction) {
    static Rid parse(String value) {
        List<String> words = Tokens.split(value, ' ');
        if (words.size() < 2) {
            throw new MalformedSdpException(0, "incomplete rid");
        }
        return new Rid(words.get(0), words.get(1));
    }
}
