package io.parley.webrtc.srtp;

import java.util.Optional;

/// A DTLS-SRTP protection profile (RFC 5764 §4.1.2, RFC 7714 §14.2) and the sizes that follow from
/// it.
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10);

    private static final int SRTCP_INDEX_LENGTH = 4;

    private final int id;
    private final int keyLength;
    private final int saltLength;
    private final int tagLength;

    SrtpProfile(int id, int keyLength, int saltLength, int tagLength) {
        this.id = id;
        this.keyLength = keyLength;
        this.saltLength = saltLength;
        this.tagLength = tagLength;
    }

    /// The profile with this id of the `use_srtp` extension, if we speak it.
    public static Optional<SrtpProfile> ofId(int id) {
        for (SrtpProfile profile : values()) {
            if (profile.id == id) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    public int id() {
        return id;
    }

    public int keyLength() {
        return keyLength;
    }

    public int saltLength() {
        return saltLength;
    }

    /// Length of the authentication tag, of SRTP and of SRTCP alike.
    public int tagLength() {
        return tagLength;
    }

    public boolean isAead() {
        return this != AES128_CM_HMAC_SHA1_80;
    }

    /// How many bytes of keying material the DTLS exporter has to yield (RFC 5764 §4.2).
    public int exportedLength() {
        return 2 * (keyLength + saltLength);
    }

    /// Bytes by which a sealed RTP packet is longer than the plain one.
    public int rtpOverheadBytes() {
        return tagLength;
    }

    /// Bytes by which a sealed RTCP packet is longer than the plain one.
    public int rtcpOverheadBytes() {
        return tagLength + SRTCP_INDEX_LENGTH;
    }
}
