package io.parley.webrtc.srtp;

import java.util.Arrays;
import java.util.HexFormat;

/// Known answers from master keys, one a profile: those of libsrtp's test driver for 128 bits, and
/// for 256 bits one on which the JDK and jitsi-srtp agree, as they do on the tags of the long
/// packet. Takes well under a millisecond once the ciphers are loaded.
final class SrtpSelfTest {
    private static final String HEADER = "800f1234decafbadcafebabe";
    private static final String PAYLOAD = "abababababababababababababababab";
    private static final int HEADER_LENGTH = 12;
    private static final int INDEX = 0x1234;
    private static final int SPARE = 20;
    private static final String LONG_HEADER = "900f1234decafbadcafebabe" + "bede0001107f0000";
    private static final int LONG_HEADER_LENGTH = 20;
    private static final int LONG_LENGTH = 353;
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
            // a provider without the cipher, a library that is not there, a JDK that is not open
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
        if (!passes(source, profile, HEADER_LENGTH, plain(), sealed)
                || !passes(source, profile, LONG_HEADER_LENGTH, longPlain(), longTag(profile))) {
            return false;
        }
        PacketCipher opener = source.cipher(profile, masterKey(profile), masterSalt(profile));
        sealed[HEADER_LENGTH] ^= 1;
        return opener.open(sealed, 0, HEADER_LENGTH, sealed.length, INDEX)
                == PacketCipher.AUTH_FAILED;
    }

    /// Whether the packet is sealed so that it ends like `end`, and opened again.
    private static boolean passes(
            CipherSource source, SrtpProfile profile, int header, byte[] plain, byte[] end) {
        byte[] packet = Arrays.copyOf(plain, plain.length + SPARE);
        PacketCipher sealer = source.cipher(profile, masterKey(profile), masterSalt(profile));
        int length = sealer.seal(packet, 0, header, plain.length, INDEX);
        if (length != plain.length + profile.rtpOverheadBytes()
                || !Arrays.equals(packet, length - end.length, length, end, 0, end.length)) {
            return false;
        }
        PacketCipher opener = source.cipher(profile, masterKey(profile), masterSalt(profile));
        int opened = opener.open(packet, 0, header, length, INDEX);
        return Arrays.equals(packet, 0, Math.max(0, opened), plain, 0, plain.length);
    }

    /// With a header extension, and an end within a block: the tag vouches for every byte of it.
    private static byte[] longPlain() {
        byte[] plain = Arrays.copyOf(hex(LONG_HEADER), LONG_LENGTH);
        for (int i = LONG_HEADER_LENGTH; i < LONG_LENGTH; i++) {
            plain[i] = (byte) i;
        }
        return plain;
    }

    private static byte[] longTag(SrtpProfile profile) {
        return hex(
                switch (profile) {
                    case AEAD_AES_128_GCM -> "95ed12157012f2b06bcfb8b526a75e46";
                    case AEAD_AES_256_GCM -> "98ba6e0c148575ea8045babfa48c75e7";
                    case AES128_CM_HMAC_SHA1_80 -> "8ebc2eedcfa20622e657";
                });
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
