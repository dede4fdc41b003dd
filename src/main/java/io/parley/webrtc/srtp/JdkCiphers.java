package io.parley.webrtc.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The JDK's own ciphers by name, so that a provider registered by a library never takes their
/// place: SunJCE has the processor's AES and GHASH instructions.
final class JdkCiphers {
    private static final String PROVIDER = "SunJCE";

    private JdkCiphers() {}

    static Cipher gcm() {
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

    static Mac hmacSha1(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1", PROVIDER);
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks HmacSHA1", e);
        }
    }

    private static Cipher cipher(String transformation) {
        try {
            return Cipher.getInstance(transformation, PROVIDER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + transformation, e);
        }
    }
}
