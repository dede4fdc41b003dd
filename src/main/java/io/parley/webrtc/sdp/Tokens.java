package io.parley.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;

/// The small pieces of SDP grammar (RFC 8866 §9). Numbers are plain digits.
final class Tokens {
    private static final int MAX_DIGITS = 18;

    private Tokens() {}

    /// Splits without empty pieces.
    static List<String> split(String text, char separator) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == separator) {
                if (i > start) {
                    pieces.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return pieces;
    }

    static long number(String text, long most) {
        if (!isNumber(text)) {
            throw new MalformedSdpException(0, "not a number");
        }
        long value = Long.parseLong(text);
        if (value > most) {
            throw new MalformedSdpException(0, "number out of range");
        }
        return value;
    }

    /// A number up to 65535, or -1 for anything else.
    static int smallNumber(String text) {
        if (!isNumber(text)) {
            return -1;
        }
        long value = Long.parseLong(text);
        return value <= 0xFFFF ? (int) value : -1;
    }

    static int payloadType(String text) {
        return (int) number(text, 127);
    }

    /// The text up to the first separator, which has to be there.
    static int indexOf(String text, char separator) {
        int index = text.indexOf(separator);
        if (index <= 0) {
            throw new MalformedSdpException(0, "incomplete attribute");
        }
        return index;
    }

    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
