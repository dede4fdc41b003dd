package io.parley.webrtc.srtp;

import java.util.List;

/// Makes sealers and openers from the keys of an association, with the first back-end that passes
/// its self-test on this machine. The JDK's intrinsics come first, for they make no garbage; then
/// its ciphers, which need nothing but the public API: measured faster than jitsi-srtp over the
/// same provider, and one cipher a direction instead of one a stream.
public final class SrtpFactory {
    private static final int WARM_UP_PACKETS = 200;
    private static final int WARM_UP_PAYLOAD = 1100;

    private static final SrtpBackend BACKEND =
            firstSound(List.of(SrtpBackend.INTRINSIC, SrtpBackend.JDK, SrtpBackend.JITSI));

    private SrtpFactory() {}

    /// The back-end in use.
    public static SrtpBackend backend() {
        return BACKEND;
    }

    public static SrtpSealer sealer(SrtpKeys keys) {
        return BACKEND.sealer(keys);
    }

    public static SrtpOpener opener(SrtpKeys keys) {
        return BACKEND.opener(keys);
    }

    /// Opens a peer's packets.
    ///
    /// @param rollOvers hears how often each stream's numbers have rolled over, and may know it of
    ///   streams from before
    public static SrtpOpener opener(SrtpKeys keys, RollOvers rollOvers) {
        return BACKEND.opener(keys, rollOvers);
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

    /// The first that yields the known answers; media without any is not to be sent.
    static <B extends CipherSource> B firstSound(List<B> candidates) {
        for (B candidate : candidates) {
            if (SrtpSelfTest.passes(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no SRTP back-end yields the known answers");
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
}
