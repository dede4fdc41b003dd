package io.parley.webrtc.sdp;

import java.util.List;
import java.util.Locale;

/// The hash of a DTLS certificate (RFC 8122 §5): algorithm in lower, value in upper case.
public record Fingerprint(String algorithm, String value) {
    static Fingerprint parse(String text) {
        List<String> words = Tokens.split(text, ' ');
        if (words.size() != 2) {
            throw new MalformedSdpException(0, "incomplete fingerprint");
        }
        return new Fingerprint(
                words.get(0).toLowerCase(Locale.ROOT), words.get(1).toUpperCase(Locale.ROOT));
    }
}
