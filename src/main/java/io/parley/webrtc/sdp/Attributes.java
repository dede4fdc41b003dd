package io.parley.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;

/// Questions to a list of attributes, and the check of one when it is read.
final class Attributes {
    private static final long MAX_PORT = 65_535;

    private Attributes() {}

    static boolean has(List<SdpAttribute> attributes, String name) {
        for (SdpAttribute attribute : attributes) {
            if (attribute.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    static String value(List<SdpAttribute> attributes, String name) {
        for (SdpAttribute attribute : attributes) {
            if (attribute.name().equals(name)) {
                return attribute.value();
            }
        }
        return "";
    }

    static List<String> values(List<SdpAttribute> attributes, String name) {
        List<String> values = new ArrayList<>();
        for (SdpAttribute attribute : attributes) {
            if (attribute.name().equals(name)) {
                values.add(attribute.value());
            }
        }
        return values;
    }

    /// Reads what the typed questions will read again, so that they cannot fail on a description
    /// that came from text.
    static void check(SdpAttribute attribute) {
        String value = attribute.value();
        switch (attribute.name()) {
            case "rtpmap" -> checkRtpMap(value);
            case "fmtp" -> Tokens.payloadType(value.substring(0, Tokens.indexOf(value, ' ')));
            case "rtcp-fb" -> checkFeedback(value);
            case "extmap" -> ExtMap.parse(value);
            case "ssrc" -> SsrcAttribute.parse(value);
            case "ssrc-group" -> SsrcGroup.parse(value);
            case "rid" -> Rid.parse(value);
            case "simulcast" -> Simulcast.parse(value);
            case "setup" -> Setup.parse(value);
            case "fingerprint" -> Fingerprint.parse(value);
            case "sctp-port" -> Tokens.number(value, MAX_PORT);
            case "max-message-size" -> Tokens.number(value, Long.MAX_VALUE);
            default -> {
                // Kept as it stands.
            }
        }
    }

    private static void checkRtpMap(String value) {
        int space = Tokens.indexOf(value, ' ');
        int payloadType = Tokens.payloadType(value.substring(0, space));
        MediaSection.codec(payloadType, value.substring(space + 1).strip(), "", List.of());
    }

    private static void checkFeedback(String value) {
        String payloadType = value.substring(0, Tokens.indexOf(value, ' '));
        if (!payloadType.equals("*")) {
            Tokens.payloadType(payloadType);
        }
    }
}
