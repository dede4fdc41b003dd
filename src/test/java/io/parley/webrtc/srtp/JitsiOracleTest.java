package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.logging.Level;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An implementation that is not ours, both ways, for each profile.
final class JitsiOracleTest {
    private static final int SSRC = 0xcafe;

    @ParameterizedTest
    @EnumSource
    void opensWhatJitsiSeals(SrtpProfile profile) throws GeneralSecurityException {
        SrtpCryptoContext jitsi = jitsi(profile, true).deriveContext(SSRC, 0);
        SrtpOpener opener = SrtpBackend.JDK.opener(SrtpPackets.keys(profile, false));

        for (int n = 65500; n < 65600; n++) {
            byte[] plain = SrtpPackets.plain(SSRC, n & 0xffff, 300);
            Packet packet = new Packet(plain);
            assertThat(jitsi.transformPacket(packet)).isEqualTo(SrtpErrorStatus.OK);
            assertThat(opener.openRtp(packet.buffer, 0, packet.length)).isEqualTo(plain.length);
            assertThat(packet.plain(plain.length)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sealsWhatJitsiOpens(SrtpProfile profile) throws GeneralSecurityException {
        SrtpCryptoContext jitsi = jitsi(profile, false).deriveContext(SSRC, 0);
        SrtpSealer sealer = SrtpBackend.JDK.sealer(SrtpPackets.keys(profile, true));

        for (int n = 65500; n < 65600; n++) {
            Packet packet = new Packet(SrtpPackets.seal(sealer, SSRC, n & 0xffff, 300));
            assertThat(jitsi.reverseTransformPacket(packet, false)).isEqualTo(SrtpErrorStatus.OK);
            assertThat(packet.plain(packet.length))
                    .isEqualTo(SrtpPackets.plain(SSRC, n & 0xffff, 300));
        }
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithJitsiAboutRtcp(SrtpProfile profile) throws GeneralSecurityException {
        SrtcpCryptoContext sending = jitsi(profile, true).deriveControlContext(SSRC);
        SrtcpCryptoContext receiving = jitsi(profile, false).deriveControlContext(SSRC);
        SrtpSealer sealer = SrtpBackend.JDK.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = SrtpBackend.JDK.opener(SrtpPackets.keys(profile, false));
        byte[] plain = SrtpPackets.rtcp(SSRC, 13);

        for (int n = 0; n < 10; n++) {
            Packet theirs = new Packet(plain);
            sending.transformPacket(theirs);
            assertThat(opener.openRtcp(theirs.buffer, 0, theirs.length)).isEqualTo(plain.length);
            assertThat(theirs.plain(plain.length)).isEqualTo(plain);

            Packet ours = new Packet(plain);
            ours.length = sealer.sealRtcp(ours.buffer, 0, plain.length);
            assertThat(receiving.reverseTransformPacket(ours)).isEqualTo(SrtpErrorStatus.OK);
            assertThat(ours.plain(ours.length)).isEqualTo(plain);
        }
    }

    static SrtpContextFactory jitsi(SrtpProfile profile, boolean sender) {
        Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$SunJCECipherFactory");
        SrtpKeys keys = SrtpPackets.keys(profile, true);
        SrtpPolicy policy =
                profile.isAead()
                        ? new SrtpPolicy(
                                SrtpPolicy.AESGCM_ENCRYPTION,
                                profile.keyLength(),
                                SrtpPolicy.NULL_AUTHENTICATION,
                                0,
                                profile.tagLength(),
                                profile.saltLength())
                        : new SrtpPolicy(
                                SrtpPolicy.AESCM_ENCRYPTION,
                                profile.keyLength(),
                                SrtpPolicy.HMACSHA1_AUTHENTICATION,
                                SessionKeys.AUTH_KEY_LENGTH,
                                profile.tagLength(),
                                profile.saltLength());
        return new SrtpContextFactory(
                sender,
                keys.localKey(),
                keys.localSalt(),
                policy,
                policy,
                new LoggerImpl("jitsi-srtp", Level.OFF));
    }

    static final class Packet implements ByteArrayBuffer {
        private final byte[] buffer;
        private int length;

        Packet(byte[] plain) {
            this.buffer = Arrays.copyOf(plain, plain.length + 40);
            this.length = plain.length;
        }

        byte[] plain(int size) {
            return Arrays.copyOf(buffer, size);
        }

        @Override
        public byte[] getBuffer() {
            return buffer;
        }

        @Override
        public int getOffset() {
            return 0;
        }

        @Override
        public int getLength() {
            return length;
        }

        @Override
        public void setLength(int length) {
            this.length = length;
        }

        @Override
        public void setOffset(int offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(int off, int len, byte[] out) {
            System.arraycopy(buffer, off, out, 0, len);
        }

        @Override
        public void grow(int howMuch) {
            if (length + howMuch > buffer.length) {
                throw new IllegalStateException();
            }
        }

        @Override
        public void append(byte[] data, int len) {
            System.arraycopy(data, 0, buffer, length, len);
            length += len;
        }

        @Override
        public void shrink(int len) {
            length -= len;
        }
    }
}
