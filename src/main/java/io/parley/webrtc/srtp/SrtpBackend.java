package io.parley.webrtc.srtp;

/// Whose code does the transforms of RFC 3711 and RFC 7714. Roll-over counts and replay windows are
/// ours with each of them.
public enum SrtpBackend implements CipherSource {
    /// As [#JDK], with AES-GCM over the JDK's private intrinsics: no garbage, and less time. Usable
    /// only where the JDK is opened to us, see [JdkIntrinsics].
    INTRINSIC {
        @Override
        public PacketCipher cipher(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
            SessionKeys rtp = SessionKeys.forRtp(profile, masterKey, masterSalt);
            SessionKeys rtcp = SessionKeys.forRtcp(profile, masterKey, masterSalt);
            return profile.isAead()
                    ? new IntrinsicGcmCipher(rtp, rtcp)
                    : new CounterModeCipher(rtp, rtcp);
        }
    },

    /// Our transforms over the JDK's ciphers: one cipher a direction, whatever the number of
    /// streams.
    JDK {
        @Override
        public PacketCipher cipher(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
            SessionKeys rtp = SessionKeys.forRtp(profile, masterKey, masterSalt);
            SessionKeys rtcp = SessionKeys.forRtcp(profile, masterKey, masterSalt);
            return profile.isAead() ? new GcmCipher(rtp, rtcp) : new CounterModeCipher(rtp, rtcp);
        }
    },

    /// The transforms and key derivation of jitsi-srtp: the fallback, and the other opinion in
    /// tests.
    JITSI {
        @Override
        public PacketCipher cipher(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
            return new JitsiCipher(profile, masterKey, masterSalt);
        }
    };

    public SrtpSealer sealer(SrtpKeys keys) {
        return new StreamSealer(cipher(keys.profile(), keys.localKey(), keys.localSalt()));
    }

    public SrtpOpener opener(SrtpKeys keys) {
        return opener(keys, RollOvers.none());
    }

    public SrtpOpener opener(SrtpKeys keys, RollOvers rollOvers) {
        return new StreamOpener(
                keys.profile(),
                cipher(keys.profile(), keys.remoteKey(), keys.remoteSalt()),
                rollOvers);
    }
}
