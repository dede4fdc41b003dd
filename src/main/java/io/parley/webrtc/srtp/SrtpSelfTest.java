package io.parley.webrtc.srtp;

import java.util.Arrays;
import java.util.HexFormat;

/// Known answers from master keys, one a profile: those of libsrtp's test driver for 128 bits, and
/// for 256 bits one on which the JDK and jitsi-srtp agree. Takes well under a millisecond once the
/// ciphers are loaded.
final class SrtpSelfTest {
    private static final String HEADER = "800f1234decafbadcafebabe";
    private static final String PAYLOAD = "abababababababababababababababab";
    private static final int HEADER_LENGTH = 12;
    private static final int INDEX = 0x1234;
    private static final int SPARE = 20;
    private static final String AEAD_SALT = "a0a1a2a3a4a5a6a7a8a9aaab";
    private static final String AEAD_KEY = "000102030405060708090a0b0c0d0e0f";

    private SrtpSelfTest() {}

    /// Whether each profile seals to the known answer, opens it, and refuses it when tampered with.
    static boolean passes(CipherSource source) {
        try {
            for (SrtpProfile profile : SrtpProfile.values()) {
                if (!passes(source, profile)) {
                    return false;
                }
            }
            return true;
        } catch (IllegalStateException | LinkageError _) {
            // a provider without the cipher, or a library that is not there
            return false;
        }
    }

    static byte[] masterKey(SrtpProfile profile) {
        return hex(
                switch (profile) {
                    case AEAD_AES_128_GCM -> AEAD_KEY;
                    case AEAD_AES_256_GCM -> AEAD_KEY + "101112131415161718191a1b1c1d1e1f";
                    case AES128_CM_HMAC_SHA1_80 -> "e1f97a0d3e018be0d64fa32c06de4139";
                });
    }

    static byte[] masterSalt(SrtpProfile profile) {
        return hex(
                switch (profile) {
                    case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> AEAD_SALT;
                    case AES128_CM_HMAC_SHA1_80 -> "0ec675ad498afeebb6960b3aabe6";
                });
    }

    static byte[] plain() {
        return hex(HEADER + PAYLOAD);
    }

    static byte[] sealed(SrtpProfile profile) {
        return hex(
                HEADER
                        + switch (profile) {
                            case AEAD_AES_128_GCM ->
                                    "c5002ede04cfdd2eb91159e0880aa06e"
                                            + "d2976826f796b201df3131a127e8a392";
                            case AEAD_AES_256_GCM ->
                                    "0af7f21e8a90bdad7a425c9c31ed4bb1"
                                            + "d90238917e7390a2793500e1681acaea";
                            case AES128_CM_HMAC_SHA1_80 ->
                                    "4e55dc4ce79978d88ca4d215949d2402" + "b78d6acc99ea179b8dbb";
                        });
    }

    private static boolean passes(CipherSource source, SrtpProfile profile) {
        byte[] sealed = sealed(profile);
        byte[] plain = plain();
        byte[] packet = Arrays.copyOf(plain, plain.length + SPARE);
        PacketCipher sealer = source.cipher(profile, masterKey(profile), masterSalt(profile));
        int length = sealer.seal(packet, 0, HEADER_LENGTH, plain.length, INDEX);
        if (!Arrays.equals(packet, 0, length, sealed, 0, sealed.length)) {
            return false;
        }
        PacketCipher opener = source.cipher(profile, masterKey(profile), masterSalt(profile));
        int opened = opener.open(packet, 0, HEADER_LENGTH, length, INDEX);
        if (!Arrays.equals(packet, 0, Math.max(0, opened), plain, 0, plain.length)) {
            return false;
        }
        sealed[HEADER_LENGTH] ^= 1;
        return opener.open(sealed, 0, HEADER_LENGTH, sealed.length, INDEX)
                == PacketCipher.AUTH_FAILED;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
