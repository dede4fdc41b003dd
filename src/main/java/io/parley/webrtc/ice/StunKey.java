package io.parley.webrtc.ice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/// A short-term credential ready to sign and verify (RFC 8489 §§9.1, 14.5). Owned by its check
/// list.
final class StunKey {
    private final Mac mac;
    private final byte[] length16 = new byte[2];
    private final byte[] digest = new byte[Stun.INTEGRITY_LENGTH];

    StunKey(String password) {
        try {
            mac = Mac.getInstance("HmacSHA1");
            mac.init(
                    new SecretKeySpec(
                            password.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("an HMAC takes any key", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    /// Compares in constant time. False where the message has no MESSAGE-INTEGRITY.
    boolean verifies(StunMessage message) {
        if (!message.hasIntegrity()) {
            return false;
        }
        int at = message.integrityAt();
        byte[] b = message.bytes();
        compute(b, message.offset(), at - 4);
        int difference = 0;
        for (int i = 0; i < digest.length; i++) {
            difference |= digest[i] ^ b[at + i];
        }
        return difference == 0;
    }

    /// Writes the HMAC over all before the attribute whose value begins at `valueAt`.
    void sign(byte[] b, int offset, int valueAt) {
        compute(b, offset, valueAt - 4);
        System.arraycopy(digest, 0, b, valueAt, digest.length);
    }

    /// The length in the header counts as if MESSAGE-INTEGRITY were the last attribute.
    private void compute(byte[] b, int offset, int end) {
        Stun.putInt16(length16, 0, end + 4 + Stun.INTEGRITY_LENGTH - offset - Stun.HEADER_LENGTH);
        mac.update(b, offset, 2);
        mac.update(length16);
        mac.update(b, offset + 4, end - offset - 4);
        try {
            mac.doFinal(digest, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("SHA-1 gives 20 bytes", e);
        }
    }
}
