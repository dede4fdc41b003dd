package io.parley.webrtc.srtp;

/// Makes the cipher of one direction from its master key.
@FunctionalInterface
interface CipherSource {
    PacketCipher cipher(SrtpProfile profile, byte[] masterKey, byte[] masterSalt);
}
