package io.parley.webrtc.sdp;

import java.util.List;

/// The stream and track that a section carries (RFC 8830). A missing part is empty.
public record Msid(String streamId, String trackId) {
    public static final Msid NONE = new Msid("", "");

    static Msid parse(String value) {
        List<String> words = Tokens.split(value, ' ');
        return new Msid(words.isEmpty() ? "" : words.get(0), words.size() < 2 ? "" : words.get(1));
    }
}
