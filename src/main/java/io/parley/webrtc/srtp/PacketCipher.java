package io.parley.webrtc.srtp;

/// One direction's session keys at work: the transforms of RFC 3711 §4 and RFC 7714, without any
/// state about streams. Everything happens in place; the packet's first `clearLength` bytes are
/// authenticated only.
sealed interface PacketCipher
        permits IntrinsicGcmCipher, GcmCipher, CounterModeCipher, JitsiCipher {
    int AUTH_FAILED = -1;

    /// Seals `length` bytes and returns the new length. `index` is ROC and sequence number (48
    /// bits).
    int seal(byte[] packet, int off, int clearLength, int length, long index);

    /// Opens `length` bytes; returns the new length, or [#AUTH_FAILED].
    int open(byte[] packet, int off, int clearLength, int length, long index);

    /// As [#seal], for RTCP: appends E flag and index too.
    int sealControl(byte[] packet, int off, int length, int index);

    /// As [#open], for RTCP with the given index, E flag and index word being part of `length`.
    int openControl(byte[] packet, int off, int length, int index);
}
