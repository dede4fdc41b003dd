package io.parley.webrtc.srtp;

/// The 12-byte nonces of RFC 7714, written where the cipher wants them.
final class GcmNonce {
    static final int LENGTH = 12;

    private GcmNonce() {}

    /// 00 00 | SSRC | ROC | SEQ, XOR salt (RFC 7714 §8.1).
    static void putRtp(byte[] nonce, byte[] salt, int ssrc, long index) {
        System.arraycopy(salt, 0, nonce, 0, LENGTH);
        Bytes.xor(nonce, 2, 4, ssrc);
        Bytes.xor(nonce, 6, 6, index);
    }

    /// 00 00 | SSRC | 00 00 | index, XOR salt (RFC 7714 §9.1).
    static void putRtcp(byte[] nonce, byte[] salt, int ssrc, int index) {
        System.arraycopy(salt, 0, nonce, 0, LENGTH);
        Bytes.xor(nonce, 2, 4, ssrc);
        Bytes.xor(nonce, 8, 4, index);
    }
}
