package io.parley.webrtc.srtp;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714). Owned by its sealer or opener.
///
/// One [Cipher] serves all streams of the direction, for the session key does not depend on the
/// SSRC. The JDK wants a new init, and a new parameter object, for each packet; we add no garbage
/// to that.
final class GcmCipher implements PacketCipher {
    private static final int TAG_LENGTH = 16;
    private static final int TAG_BITS = 8 * TAG_LENGTH;
    private static final int RTCP_CLEAR_LENGTH = 8;
    private static final int INDEX_LENGTH = 4;
    private static final int ENCRYPTED_FLAG = 0x80000000;

    private final SecretKeySpec rtpKey;
    private final byte[] rtpSalt;
    private final SecretKeySpec rtcpKey;
    private final byte[] rtcpSalt;
    private final byte[] iv = new byte[GcmNonce.LENGTH];
    private final byte[] indexWord = new byte[INDEX_LENGTH];

    private Cipher rtp;
    private Cipher rtcp;

    GcmCipher(SessionKeys rtpKeys, SessionKeys rtcpKeys) {
        this.rtpKey = new SecretKeySpec(rtpKeys.key(), "AES");
        this.rtpSalt = rtpKeys.salt();
        this.rtcpKey = new SecretKeySpec(rtcpKeys.key(), "AES");
        this.rtcpSalt = rtcpKeys.salt();
        this.rtp = JdkCiphers.gcm();
        this.rtcp = JdkCiphers.gcm();
    }

    @Override
    public int seal(byte[] packet, int off, int clearLength, int length, long index) {
        rtpNonce(packet, off, index);
        try {
            initToSealRtp();
            rtp.updateAAD(packet, off, clearLength);
            int body = off + clearLength;
            return clearLength + rtp.doFinal(packet, body, length - clearLength, packet, body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal an RTP packet", e);
        }
    }

    @Override
    public int open(byte[] packet, int off, int clearLength, int length, long index) {
        rtpNonce(packet, off, index);
        try {
            rtp.init(Cipher.DECRYPT_MODE, rtpKey, new GCMParameterSpec(TAG_BITS, iv));
            rtp.updateAAD(packet, off, clearLength);
            int body = off + clearLength;
            return clearLength + rtp.doFinal(packet, body, length - clearLength, packet, body);
        } catch (AEADBadTagException _) {
            return AUTH_FAILED;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not open an RTP packet", e);
        }
    }

    @Override
    public int sealControl(byte[] packet, int off, int length, int index) {
        rtcpNonce(packet, off, index);
        Bytes.putInt32(indexWord, 0, index | ENCRYPTED_FLAG);
        try {
            initToSealRtcp();
            rtcp.updateAAD(packet, off, RTCP_CLEAR_LENGTH);
            rtcp.updateAAD(indexWord);
            int body = off + RTCP_CLEAR_LENGTH;
            int sealed =
                    RTCP_CLEAR_LENGTH
                            + rtcp.doFinal(packet, body, length - RTCP_CLEAR_LENGTH, packet, body);
            System.arraycopy(indexWord, 0, packet, off + sealed, INDEX_LENGTH);
            return sealed + INDEX_LENGTH;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal an RTCP packet", e);
        }
    }

    @Override
    public int openControl(byte[] packet, int off, int length, int index) {
        rtcpNonce(packet, off, index);
        int indexOff = off + length - INDEX_LENGTH;
        try {
            rtcp.init(Cipher.DECRYPT_MODE, rtcpKey, new GCMParameterSpec(TAG_BITS, iv));
            rtcp.updateAAD(packet, off, RTCP_CLEAR_LENGTH);
            rtcp.updateAAD(packet, indexOff, INDEX_LENGTH);
            int body = off + RTCP_CLEAR_LENGTH;
            return RTCP_CLEAR_LENGTH + rtcp.doFinal(packet, body, indexOff - body, packet, body);
        } catch (AEADBadTagException _) {
            return AUTH_FAILED;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not open an RTCP packet", e);
        }
    }

    /// The JDK refuses the nonce of the packet it sealed last. Repeating a packet is right here (it
    /// is the same to the byte), so it then gets a fresh cipher.
    private void initToSealRtp() throws GeneralSecurityException {
        GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, iv);
        try {
            rtp.init(Cipher.ENCRYPT_MODE, rtpKey, nonce);
        } catch (InvalidAlgorithmParameterException _) {
            rtp = JdkCiphers.gcm();
            rtp.init(Cipher.ENCRYPT_MODE, rtpKey, nonce);
        }
    }

    private void initToSealRtcp() throws GeneralSecurityException {
        GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, iv);
        try {
            rtcp.init(Cipher.ENCRYPT_MODE, rtcpKey, nonce);
        } catch (InvalidAlgorithmParameterException _) {
            rtcp = JdkCiphers.gcm();
            rtcp.init(Cipher.ENCRYPT_MODE, rtcpKey, nonce);
        }
    }

    private void rtpNonce(byte[] packet, int off, long index) {
        GcmNonce.putRtp(iv, rtpSalt, Bytes.int32(packet, off + RtpHeader.SSRC_OFFSET), index);
    }

    private void rtcpNonce(byte[] packet, int off, int index) {
        GcmNonce.putRtcp(
                iv, rtcpSalt, Bytes.int32(packet, off + RtpHeader.RTCP_SSRC_OFFSET), index);
    }
}
