package io.parley.webrtc.sdp;

import java.util.List;

/// One payload type of a media line with its `rtpmap`, `fmtp` and `rtcp-fb` lines. `channels` is 1
/// where the line does not say; `fmtp` may be empty.
public record SdpCodec(
        int payloadType,
        String name,
        int clockRate,
        int channels,
        String fmtp,
        List<String> feedback) {
    public SdpCodec {
        feedback = List.copyOf(feedback);
    }

    public boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }

    /// One parameter of the `fmtp` line, or the other value where it does not stand there.
    public String parameter(String key, String otherwise) {
        for (String pair : Tokens.split(fmtp, ';')) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(key)) {
                return pair.substring(equals + 1).strip();
            }
        }
        return otherwise;
    }

    /// The payload type that an `rtx` codec repairs (RFC 4588 §8.6), or -1.
    public int repairedPayloadType() {
        return Tokens.smallNumber(parameter("apt", ""));
    }
}
