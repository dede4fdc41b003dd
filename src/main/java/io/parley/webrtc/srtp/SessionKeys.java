package io.parley.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;

/// The session keys of one direction, for RTP or for RTCP, derived from its master key (RFC 3711
/// §4.3, RFC 6188 for 256-bit keys, RFC 7714 §11 for the 96-bit salt). The key derivation rate is
/// always 0.
final class SessionKeys {
    static final int AUTH_KEY_LENGTH = 20;

    private static final int RTCP_LABELS = 3;
    private static final int BLOCK = 16;
    private static final int LABEL_OFFSET = 7;

    private final byte[] key;
    private final byte[] authKey;
    private final byte[] salt;

    SessionKeys(byte[] key, byte[] authKey, byte[] salt) {
        this.key = key;
        this.authKey = authKey;
        this.salt = salt;
    }

    static SessionKeys forRtp(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        return derive(profile, masterKey, masterSalt, 0);
    }

    static SessionKeys forRtcp(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        return derive(profile, masterKey, masterSalt, RTCP_LABELS);
    }

    byte[] key() {
        return key;
    }

    byte[] authKey() {
        return authKey;
    }

    byte[] salt() {
        return salt;
    }

    private static SessionKeys derive(
            SrtpProfile profile, byte[] masterKey, byte[] masterSalt, int firstLabel) {
        try {
            Cipher aes = JdkCiphers.aes(masterKey);
            return new SessionKeys(
                    keystream(aes, masterSalt, firstLabel, profile.keyLength()),
                    keystream(aes, masterSalt, firstLabel + 1, AUTH_KEY_LENGTH),
                    keystream(aes, masterSalt, firstLabel + 2, profile.saltLength()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not run AES", e);
        }
    }

    private static byte[] keystream(Cipher aes, byte[] masterSalt, int label, int length)
            throws GeneralSecurityException {
        byte[] counter = Arrays.copyOf(masterSalt, BLOCK);
        counter[LABEL_OFFSET] ^= (byte) label;
        byte[] stream = new byte[(length + BLOCK - 1) / BLOCK * BLOCK];
        for (int off = 0; off < stream.length; off += BLOCK) {
            counter[BLOCK - 1] = (byte) (off / BLOCK);
            aes.doFinal(counter, 0, BLOCK, stream, off);
        }
        return Arrays.copyOf(stream, length);
    }
}
