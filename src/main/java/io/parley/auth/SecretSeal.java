package io.parley.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/// Seals small secrets that leave a node, so that only nodes with the same API secrets can open
/// them: AES-256-GCM under a key of all API secrets (HKDF, RFC 5869). Any thread.
public final class SecretSeal {
    private static final byte[] INFO = "parley secret seal".getBytes(StandardCharsets.UTF_8);
    private static final int KEY_LENGTH = 32;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;

    private final ApiKeys keys;
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<@Nullable SecretKey> key = new AtomicReference<>();

    public SecretSeal(ApiKeys keys) {
        this.keys = keys;
    }

    /// Only [#open] gets it back.
    ///
    /// @param purpose what it is for: it can be opened for nothing else
    public byte[] seal(byte[] plain, String purpose) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(plain);
            return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal a secret", e);
        }
    }

    /// Empty if it was sealed with other API secrets, for another purpose, or not at all.
    public Optional<byte[]> open(byte[] sealed, String purpose) {
        if (sealed.length < NONCE_LENGTH + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_LENGTH);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, purpose);
            return Optional.of(cipher.doFinal(sealed, NONCE_LENGTH, sealed.length - NONCE_LENGTH));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not open a secret", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private SecretKey key() throws GeneralSecurityException {
        SecretKey known = key.get();
        if (known == null) {
            var derivation =
                    HKDFParameterSpec.ofExtract().addIKM(material()).thenExpand(INFO, KEY_LENGTH);
            known = KDF.getInstance("HKDF-SHA256").deriveKey("AES", derivation);
            key.set(known);
        }
        return known;
    }

    /// The order in which a node's configuration has them does not count.
    private byte[] material() {
        var all = new StringBuilder();
        new TreeMap<>(keys.secrets())
                .forEach((name, secret) ->
                        all.append(name).append('\0').append(secret).append('\n'));
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }
}
