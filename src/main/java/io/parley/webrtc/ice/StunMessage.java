package io.parley.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A view of one STUN message over borrowed bytes (RFC 8489 §5). Reused for message after message;
/// owned by its agent. Attributes after MESSAGE-INTEGRITY are ignored but for FINGERPRINT (§14.5).
final class StunMessage {
    private static final int ABSENT = -1;
    private static final int MAX_UNKNOWN = 8;
    private static final int MAX_USERNAME = 513;

    private final CRC32 crc = new CRC32();
    private final int[] unknown = new int[MAX_UNKNOWN];

    private byte[] b = new byte[0];
    private int off;
    private int len;
    private int usernameAt;
    private int usernameLength;
    private int priorityAt;
    private int controllingAt;
    private int controlledAt;
    private int errorAt;
    private int mappedAt;
    private int integrityAt;
    private int fingerprintAt;
    private int unknownCount;
    private boolean useCandidate;

    /// Reads the header and finds the attributes; checks the fingerprint where there is one.
    IceDropReason read(byte[] bytes, int offset, int length) {
        b = bytes;
        off = offset;
        len = length;
        clear();
        if (!Stun.isStun(bytes, offset, length) || (length & 3) != 0) {
            return IceDropReason.MALFORMED;
        }
        int at = offset + Stun.HEADER_LENGTH;
        int end = offset + length;
        while (at < end && fingerprintAt == ABSENT) {
            int valueLength = Stun.uint16(bytes, at + 2);
            if (at + 4 + Stun.padded(valueLength) > end
                    || !readAttribute(Stun.uint16(bytes, at), at + 4, valueLength)) {
                return IceDropReason.MALFORMED;
            }
            at += 4 + Stun.padded(valueLength);
        }
        if (at != end) {
            return IceDropReason.MALFORMED;
        }
        return hasValidFingerprint() ? IceDropReason.NONE : IceDropReason.BAD_FINGERPRINT;
    }

    private void clear() {
        usernameAt = ABSENT;
        usernameLength = 0;
        priorityAt = ABSENT;
        controllingAt = ABSENT;
        controlledAt = ABSENT;
        errorAt = ABSENT;
        mappedAt = ABSENT;
        integrityAt = ABSENT;
        fingerprintAt = ABSENT;
        unknownCount = 0;
        useCandidate = false;
    }

    private boolean readAttribute(int type, int at, int length) {
        if (type == Stun.FINGERPRINT) {
            fingerprintAt = at;
            return length == 4;
        }
        if (integrityAt != ABSENT) {
            return true;
        }
        return switch (type) {
            case Stun.USERNAME -> {
                usernameAt = at;
                usernameLength = length;
                yield length <= MAX_USERNAME;
            }
            case Stun.MESSAGE_INTEGRITY -> {
                integrityAt = at;
                yield length == Stun.INTEGRITY_LENGTH;
            }
            case Stun.PRIORITY -> {
                priorityAt = at;
                yield length == 4;
            }
            case Stun.ICE_CONTROLLING -> {
                controllingAt = at;
                yield length == 8;
            }
            case Stun.ICE_CONTROLLED -> {
                controlledAt = at;
                yield length == 8;
            }
            case Stun.USE_CANDIDATE -> {
                useCandidate = true;
                yield length == 0;
            }
            case Stun.ERROR_CODE -> {
                errorAt = at;
                yield length >= 4;
            }
            case Stun.XOR_MAPPED_ADDRESS -> {
                mappedAt = at;
                yield isAddress(at, length);
            }
            case Stun.UNKNOWN_ATTRIBUTES -> (length & 1) == 0;
            case Stun.REALM, Stun.NONCE, Stun.MESSAGE_INTEGRITY_SHA256 -> true;
            default -> noteUnknown(type);
        };
    }

    private boolean isAddress(int at, int length) {
        return switch (length) {
            case 8 -> b[at + 1] == 1;
            case 20 -> b[at + 1] == 2;
            default -> false;
        };
    }

    /// Types below 0x8000 must be understood (RFC 8489 §14); the others, such as NOMINATION 0xC001
    /// or Google's network attributes, are for those who know them.
    private boolean noteUnknown(int type) {
        if (type < 0x8000 && unknownCount < MAX_UNKNOWN) {
            unknown[unknownCount++] = type;
        }
        return true;
    }

    private boolean hasValidFingerprint() {
        if (fingerprintAt == ABSENT) {
            return true;
        }
        crc.reset();
        crc.update(b, off, fingerprintAt - 4 - off);
        return ((int) crc.getValue() ^ Stun.FINGERPRINT_XOR) == Stun.int32(b, fingerprintAt);
    }

    int type() {
        return Stun.uint16(b, off);
    }

    int transactionHigh() {
        return Stun.int32(b, off + 8);
    }

    long transactionLow() {
        return Stun.int64(b, off + 12);
    }

    boolean hasFingerprint() {
        return fingerprintAt != ABSENT;
    }

    boolean hasIntegrity() {
        return integrityAt != ABSENT;
    }

    boolean hasPriority() {
        return priorityAt != ABSENT;
    }

    long priority() {
        return Stun.int32(b, priorityAt) & 0xFFFF_FFFFL;
    }

    boolean hasUseCandidate() {
        return useCandidate;
    }

    boolean hasControlling() {
        return controllingAt != ABSENT;
    }

    boolean hasControlled() {
        return controlledAt != ABSENT;
    }

    /// The other side's tie-breaker; only where one of the two roles is there.
    long tieBreaker() {
        return Stun.int64(b, controllingAt != ABSENT ? controllingAt : controlledAt);
    }

    /// 0 where there is no ERROR-CODE.
    int errorCode() {
        return errorAt == ABSENT ? 0 : (b[errorAt + 2] & 7) * 100 + (b[errorAt + 3] & 0xFF);
    }

    int unknownCount() {
        return unknownCount;
    }

    int unknownType(int index) {
        return unknown[index];
    }

    /// Whether USERNAME is `fragment:…`.
    boolean isForFragment(byte[] fragment) {
        if (usernameAt == ABSENT || usernameLength <= fragment.length) {
            return false;
        }
        for (int i = 0; i < fragment.length; i++) {
            if (b[usernameAt + i] != fragment[i]) {
                return false;
            }
        }
        return b[usernameAt + fragment.length] == ':';
    }

    @Nullable String username() {
        return usernameAt == ABSENT
                ? null
                : new String(b, usernameAt, usernameLength, StandardCharsets.UTF_8);
    }

    /// XOR-MAPPED-ADDRESS unmasked (RFC 8489 §14.2).
    @Nullable InetSocketAddress mappedAddress() {
        if (mappedAt == ABSENT) {
            return null;
        }
        byte[] address = new byte[b[mappedAt + 1] == 1 ? 4 : 16];
        for (int i = 0; i < address.length; i++) {
            address[i] = (byte) (b[mappedAt + 4 + i] ^ b[off + 4 + i]);
        }
        int port = Stun.uint16(b, mappedAt + 2) ^ (Stun.MAGIC_COOKIE >>> 16);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }

    byte[] bytes() {
        return b;
    }

    int offset() {
        return off;
    }

    int length() {
        return len;
    }

    /// Where the HMAC stands.
    int integrityAt() {
        return integrityAt;
    }
}
