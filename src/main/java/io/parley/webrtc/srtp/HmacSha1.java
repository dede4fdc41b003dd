package io.parley.webrtc.srtp;

import java.security.DigestException;
import java.security.MessageDigest;

/// HMAC-SHA1 (RFC 2104) over the JDK's SHA-1. `javax.crypto.Mac` does the same work, but makes an
/// array for each inner hash. Owned by its cipher.
final class HmacSha1 {
    static final int LENGTH = 20;

    private static final int BLOCK = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private final byte[] innerPad;
    private final byte[] outerPad;
    private final MessageDigest sha1 = JdkCiphers.sha1();

    /// With a key of at most a block, as SRTP's always is.
    HmacSha1(byte[] key) {
        this.innerPad = pad(key, INNER);
        this.outerPad = pad(key, OUTER);
        sha1.update(innerPad);
    }

    void update(byte[] b, int off, int length) {
        sha1.update(b, off, length);
    }

    /// Writes the tag of all that was hashed since the last one.
    void finish(byte[] tag) {
        try {
            sha1.digest(tag, 0, LENGTH);
            sha1.update(outerPad);
            sha1.update(tag, 0, LENGTH);
            sha1.digest(tag, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("could not run SHA-1", e);
        }
        sha1.update(innerPad);
    }

    private static byte[] pad(byte[] key, byte value) {
        byte[] pad = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            pad[i] = (byte) (i < key.length ? key[i] ^ value : value);
        }
        return pad;
    }
}
