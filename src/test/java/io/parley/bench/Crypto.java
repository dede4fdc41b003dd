package io.parley.bench;

import io.parley.webrtc.srtp.SrtpBackend;
import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpOpener;
import io.parley.webrtc.srtp.SrtpProfile;
import io.parley.webrtc.srtp.SrtpSealer;

/// Who seals and opens in a benchmark. `NONE` copies only: what is then allocated is ours.
public enum Crypto {
    NONE,
    INTRINSIC_GCM,
    JDK_GCM,
    JDK_CM,
    JITSI_GCM,
    JITSI_CM;

    SrtpSealer sealer(boolean client) {
        return this == NONE ? new Copying() : backend().sealer(keys(client));
    }

    SrtpOpener opener(boolean client) {
        return this == NONE ? new Copying() : backend().opener(keys(client));
    }

    private SrtpBackend backend() {
        return switch (this) {
            case INTRINSIC_GCM -> SrtpBackend.INTRINSIC;
            case NONE, JDK_GCM, JDK_CM -> SrtpBackend.JDK;
            case JITSI_GCM, JITSI_CM -> SrtpBackend.JITSI;
        };
    }

    private SrtpKeys keys(boolean client) {
        SrtpProfile profile =
                switch (this) {
                    case NONE, INTRINSIC_GCM, JDK_GCM, JITSI_GCM -> SrtpProfile.AEAD_AES_128_GCM;
                    case JDK_CM, JITSI_CM -> SrtpProfile.AES128_CM_HMAC_SHA1_80;
                };
        return SrtpKeys.fromExporter(profile, new byte[profile.exportedLength()], client);
    }

    private static final class Copying implements SrtpSealer, SrtpOpener {
        @Override
        public int sealRtp(
                byte[] dst,
                int dstOff,
                int rtpHeaderLength,
                int headLength,
                byte[] payload,
                int payloadOff,
                int payloadLength) {
            System.arraycopy(payload, payloadOff, dst, dstOff + headLength, payloadLength);
            return headLength + payloadLength;
        }

        @Override
        public int sealRtcp(byte[] buffer, int off, int length) {
            return length;
        }

        @Override
        public int openRtp(byte[] buffer, int off, int length) {
            return length;
        }

        @Override
        public int openRtcp(byte[] buffer, int off, int length) {
            return length;
        }
    }
}
