package io.parley.webrtc.srtp;

/// Makes sealers and openers from the keys of an association. The back-end is the JDK's ciphers:
/// measured faster than jitsi-srtp over the same provider, and one cipher a direction instead of
/// one a stream.
public final class SrtpFactory {
    private static final int WARM_UP_PACKETS = 200;
    private static final int WARM_UP_PAYLOAD = 1100;

    private SrtpFactory() {}

    public static SrtpSealer sealer(SrtpKeys keys) {
        return new StreamSealer(cipher(keys.profile(), keys.localKey(), keys.localSalt()));
    }

    public static SrtpOpener opener(SrtpKeys keys) {
        return new StreamOpener(
                keys.profile(), cipher(keys.profile(), keys.remoteKey(), keys.remoteSalt()));
    }

    /// Loads the ciphers of every profile and runs them a little: call it once, before the first
    /// peer, so that no media loop pays for it.
    public static void warmUp() {
        for (SrtpProfile profile : SrtpProfile.values()) {
            byte[] exported = new byte[profile.exportedLength()];
            SrtpSealer sealer = sealer(SrtpKeys.fromExporter(profile, exported, true));
            SrtpOpener opener = opener(SrtpKeys.fromExporter(profile, exported, false));
            warmUp(sealer, opener);
        }
    }

    private static void warmUp(SrtpSealer sealer, SrtpOpener opener) {
        byte[] payload = new byte[WARM_UP_PAYLOAD];
        byte[] packet = new byte[2 * WARM_UP_PAYLOAD];
        for (int seq = 0; seq < WARM_UP_PACKETS; seq++) {
            packet[0] = (byte) 0x80;
            packet[3] = (byte) seq;
            int sealed = sealer.sealRtp(packet, 0, 12, 12, payload, 0, payload.length);
            opener.openRtp(packet, 0, sealed);
            opener.openRtcp(packet, 0, sealer.sealRtcp(packet, 0, 64));
        }
    }

    private static PacketCipher cipher(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        SessionKeys rtp = SessionKeys.forRtp(profile, masterKey, masterSalt);
        SessionKeys rtcp = SessionKeys.forRtcp(profile, masterKey, masterSalt);
        return profile.isAead() ? new GcmCipher(rtp, rtcp) : new CounterModeCipher(rtp, rtcp);
    }
}
