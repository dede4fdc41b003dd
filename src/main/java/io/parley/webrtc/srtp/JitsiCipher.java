package io.parley.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.logging2.LoggerImpl;
import org.jspecify.annotations.Nullable;

/// Transforms and key derivation by jitsi-srtp, one of its contexts a stream. Its replay checks are
/// off, for ours stand before it. Owned by its sealer or opener.
///
/// A context guesses the packet's index as we do. Where it would guess otherwise (a jump by half
/// the sequence space, a stream that our table forgot) it is replaced by one that starts at our
/// index.
final class JitsiCipher implements PacketCipher {
    private static final int HALF_SEQUENCE_SPACE = 1 << 15;
    private static final int SEQUENCE_BITS = 16;

    private final SrtpProfile profile;
    private final SrtpContextFactory sending;
    private final SrtpContextFactory receiving;
    private final JitsiPacket view = new JitsiPacket();
    private final SsrcTable<JitsiStream> streams = new SsrcTable<>(StreamSealer.MAX_STREAMS);
    private final SsrcTable<JitsiControlStream> controlOpening =
            new SsrcTable<>(StreamOpener.MAX_STREAMS);
    private final Map<Integer, SrtcpCryptoContext> controlSealing = new HashMap<>();

    static {
        // The library measures all providers at its first use and may elect a slower one.
        Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$SunJCECipherFactory");
    }

    JitsiCipher(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        this.profile = profile;
        this.sending = contexts(profile, masterKey, masterSalt, true);
        this.receiving = contexts(profile, masterKey, masterSalt, false);
    }

    @Override
    public int seal(byte[] packet, int off, int clearLength, int length, long index) {
        int ssrc = Bytes.int32(packet, off + RtpHeader.SSRC_OFFSET);
        JitsiStream stream = streams.find(ssrc);
        try {
            if (stream != null
                    && stream.guesses(index)
                    && sealedBy(stream.context(), packet, off, length)) {
                stream.accept(index);
                return view.getLength();
            }
            // no context yet, or the JDK refused the nonce of the packet it sealed last
            SrtpCryptoContext fresh = sending.deriveContext(ssrc, roc(index));
            if (!sealedBy(fresh, packet, off, length)) {
                throw new IllegalStateException("jitsi-srtp could not seal an RTP packet");
            }
            keep(stream, ssrc, fresh, index);
            return view.getLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("jitsi-srtp could not seal an RTP packet", e);
        }
    }

    @Override
    public int open(byte[] packet, int off, int clearLength, int length, long index) {
        int ssrc = Bytes.int32(packet, off + RtpHeader.SSRC_OFFSET);
        JitsiStream stream = streams.find(ssrc);
        try {
            boolean isKept = stream != null && stream.guesses(index);
            SrtpCryptoContext context =
                    stream != null && isKept
                            ? stream.context()
                            : receiving.deriveContext(ssrc, roc(index));
            view.point(packet, off, length);
            if (context.reverseTransformPacket(view, false) != SrtpErrorStatus.OK) {
                return AUTH_FAILED;
            }
            if (stream != null && isKept) {
                stream.accept(index);
            } else {
                keep(stream, ssrc, context, index);
            }
            return view.getLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("jitsi-srtp could not open an RTP packet", e);
        }
    }

    /// The library counts for itself, per SSRC; the index is written into the packet, so the other
    /// side sees no difference. No count is ever forgotten: it would be a nonce used again. The
    /// SSRCs are our own, so they are few.
    @Override
    public int sealControl(byte[] packet, int off, int length, int index) {
        int ssrc = Bytes.int32(packet, off + RtpHeader.RTCP_SSRC_OFFSET);
        try {
            SrtcpCryptoContext context = controlSealing.get(ssrc);
            if (context == null) {
                context = sending.deriveControlContext(ssrc);
                controlSealing.put(ssrc, context);
            }
            view.point(packet, off, length);
            if (context.transformPacket(view) != SrtpErrorStatus.OK
                    || view.getLength() != length + profile.rtcpOverheadBytes()) {
                throw new IllegalStateException("jitsi-srtp could not seal an RTCP packet");
            }
            return view.getLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("jitsi-srtp could not seal an RTCP packet", e);
        }
    }

    @Override
    public int openControl(byte[] packet, int off, int length, int index) {
        int ssrc = Bytes.int32(packet, off + RtpHeader.RTCP_SSRC_OFFSET);
        JitsiControlStream stream = controlOpening.find(ssrc);
        try {
            SrtcpCryptoContext context =
                    stream == null ? receiving.deriveControlContext(ssrc) : stream.context();
            view.point(packet, off, length);
            if (context.reverseTransformPacket(view) != SrtpErrorStatus.OK) {
                return AUTH_FAILED;
            }
            if (stream == null) {
                controlOpening.add(new JitsiControlStream(ssrc, context));
            }
            return view.getLength();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("jitsi-srtp could not open an RTCP packet", e);
        }
    }

    /// When the JDK refuses a nonce, the library says OK and leaves the packet in the clear: only
    /// the length tells.
    private boolean sealedBy(SrtpCryptoContext context, byte[] packet, int off, int length)
            throws GeneralSecurityException {
        view.point(packet, off, length);
        return context.transformPacket(view) == SrtpErrorStatus.OK
                && view.getLength() == length + profile.rtpOverheadBytes();
    }

    private void keep(
            @Nullable JitsiStream stream, int ssrc, SrtpCryptoContext context, long index) {
        if (stream == null) {
            streams.add(new JitsiStream(ssrc, context, index));
        } else {
            stream.replace(context, index);
        }
    }

    private static int roc(long index) {
        return (int) (index >>> SEQUENCE_BITS);
    }

    private static SrtpContextFactory contexts(
            SrtpProfile profile, byte[] masterKey, byte[] masterSalt, boolean sender) {
        SrtpPolicy policy = policy(profile);
        return new SrtpContextFactory(
                sender,
                masterKey.clone(),
                masterSalt.clone(),
                policy,
                policy,
                new LoggerImpl("jitsi-srtp", Level.OFF));
    }

    private static SrtpPolicy policy(SrtpProfile profile) {
        SrtpPolicy policy =
                new SrtpPolicy(
                        profile.isAead()
                                ? SrtpPolicy.AESGCM_ENCRYPTION
                                : SrtpPolicy.AESCM_ENCRYPTION,
                        profile.keyLength(),
                        profile.isAead()
                                ? SrtpPolicy.NULL_AUTHENTICATION
                                : SrtpPolicy.HMACSHA1_AUTHENTICATION,
                        profile.isAead() ? 0 : SessionKeys.AUTH_KEY_LENGTH,
                        profile.tagLength(),
                        profile.saltLength());
        policy.setSendReplayEnabled(false);
        policy.setReceiveReplayEnabled(false);
        return policy;
    }

    /// One RTP stream's context and the highest index it has seen. Owned by its cipher.
    static final class JitsiStream extends SsrcTable.Stream {
        private SrtpCryptoContext context;
        private long highest;

        JitsiStream(int ssrc, SrtpCryptoContext context, long index) {
            super(ssrc);
            this.context = context;
            this.highest = index;
        }

        SrtpCryptoContext context() {
            return context;
        }

        boolean guesses(long index) {
            return Math.abs(index - highest) < HALF_SEQUENCE_SPACE;
        }

        void accept(long index) {
            highest = Math.max(highest, index);
        }

        void replace(SrtpCryptoContext newContext, long index) {
            context = newContext;
            highest = index;
        }
    }

    /// One RTCP sender's context. Owned by its cipher.
    static final class JitsiControlStream extends SsrcTable.Stream {
        private final SrtcpCryptoContext context;

        JitsiControlStream(int ssrc, SrtcpCryptoContext context) {
            super(ssrc);
            this.context = context;
        }

        SrtcpCryptoContext context() {
            return context;
        }
    }
}
