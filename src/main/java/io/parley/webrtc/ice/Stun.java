package io.parley.webrtc.ice;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The numbers of STUN (RFC 8489 §§5, 14; RFC 8445 §16.1) and what can be told from a datagram
/// without reading it all.
public final class Stun {
    static final int HEADER_LENGTH = 20;
    static final int MAGIC_COOKIE = 0x2112A442;
    static final int FINGERPRINT_XOR = 0x5354554E;
    static final int INTEGRITY_LENGTH = 20;

    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_INDICATION = 0x0011;
    static final int BINDING_SUCCESS = 0x0101;
    static final int BINDING_ERROR = 0x0111;

    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int REALM = 0x0014;
    static final int NONCE = 0x0015;
    static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    static final int ERROR_UNKNOWN_ATTRIBUTE = 420;
    static final int ERROR_ROLE_CONFLICT = 487;

    private Stun() {}

    /// Whether the bytes begin like a STUN message of that length: RFC 7983 §7 and the cookie.
    public static boolean isStun(byte[] b, int off, int len) {
        return len >= HEADER_LENGTH
                && (b[off] & 0xFC) == 0
                && int32(b, off + 4) == MAGIC_COOKIE
                && uint16(b, off + 2) == len - HEADER_LENGTH;
    }

    /// The part of a binding request's USERNAME before the colon, which is the receiver's own
    /// fragment, or null where the bytes are not such a request. Nothing is authenticated by it.
    public static @Nullable String peekUsernameFragment(byte[] b, int off, int len) {
        if (!isStun(b, off, len) || uint16(b, off) != BINDING_REQUEST) {
            return null;
        }
        int end = off + len;
        int at = off + HEADER_LENGTH;
        while (at + 4 <= end) {
            int length = uint16(b, at + 2);
            if (at + 4 + length > end) {
                return null;
            }
            if (uint16(b, at) == USERNAME) {
                return untilColon(b, at + 4, length);
            }
            at += 4 + padded(length);
        }
        return null;
    }

    private static @Nullable String untilColon(byte[] b, int off, int len) {
        for (int i = 0; i < len; i++) {
            if (b[off + i] == ':') {
                return new String(b, off, i, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    static int padded(int length) {
        return (length + 3) & ~3;
    }

    static int uint16(byte[] b, int at) {
        return (b[at] & 0xFF) << 8 | (b[at + 1] & 0xFF);
    }

    static int int32(byte[] b, int at) {
        return uint16(b, at) << 16 | uint16(b, at + 2);
    }

    static long int64(byte[] b, int at) {
        return (long) int32(b, at) << 32 | (int32(b, at + 4) & 0xFFFF_FFFFL);
    }

    static void putInt16(byte[] b, int at, int value) {
        b[at] = (byte) (value >> 8);
        b[at + 1] = (byte) value;
    }

    static void putInt32(byte[] b, int at, int value) {
        putInt16(b, at, value >> 16);
        putInt16(b, at + 2, value);
    }

    static void putInt64(byte[] b, int at, long value) {
        putInt32(b, at, (int) (value >> 32));
        putInt32(b, at + 4, (int) value);
    }
}
