package io.parley.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/// The JDK's own ciphers and hashes by name, so that a provider registered by a library never takes
/// their place: SunJCE has the processor's AES and GHASH instructions.
public final class JdkCiphers {
    private static final String CIPHERS = "SunJCE";
    private static final String DIGESTS = "SUN";

    private JdkCiphers() {}

    public static Cipher gcm() {
        return cipher("AES/GCM/NoPadding");
    }

    /// AES on single blocks, ready to encrypt.
    static Cipher aes(byte[] key) {
        Cipher aes = cipher("AES/ECB/NoPadding");
        try {
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refused an AES key", e);
        }
        return aes;
    }

    static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1", DIGESTS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks SHA-1", e);
        }
    }

    private static Cipher cipher(String transformation) {
        try {
            return Cipher.getInstance(transformation, CIPHERS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + transformation, e);
        }
    }
}
