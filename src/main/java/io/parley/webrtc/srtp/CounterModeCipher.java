package io.parley.webrtc.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/// AES128_CM_HMAC_SHA1_80 (RFC 3711 §4.1.1, §4.2.1). Owned by its sealer or opener. Streams share
/// its ciphers, as in [GcmCipher].
final class CounterModeCipher implements PacketCipher {
    private static final int TAG_LENGTH = 10;
    private static final int BLOCK = 16;
    private static final int RUN = 96 * BLOCK;
    private static final int RTCP_CLEAR_LENGTH = 8;
    private static final int INDEX_LENGTH = 4;
    private static final int ENCRYPTED_FLAG = 0x80000000;

    private final byte[] rtpSalt;
    private final HmacSha1 rtpMac;
    private final byte[] rtcpSalt;
    private final HmacSha1 rtcpMac;
    private final Cipher rtp;
    private final Cipher rtcp;
    private final byte[] iv = new byte[BLOCK];
    private final byte[] counters = new byte[RUN];
    private final byte[] keystream = new byte[RUN];
    private final byte[] rocWord = new byte[4];
    private final byte[] tag = new byte[HmacSha1.LENGTH];

    CounterModeCipher(SessionKeys rtpKeys, SessionKeys rtcpKeys) {
        this.rtp = JdkCiphers.aes(rtpKeys.key());
        this.rtpSalt = rtpKeys.salt();
        this.rtpMac = new HmacSha1(rtpKeys.authKey());
        this.rtcp = JdkCiphers.aes(rtcpKeys.key());
        this.rtcpSalt = rtcpKeys.salt();
        this.rtcpMac = new HmacSha1(rtcpKeys.authKey());
    }

    @Override
    public int seal(byte[] packet, int off, int clearLength, int length, long index) {
        cryptRtp(packet, off, clearLength, length, index);
        rtpTag(packet, off, length, index);
        System.arraycopy(tag, 0, packet, off + length, TAG_LENGTH);
        return length + TAG_LENGTH;
    }

    @Override
    public int open(byte[] packet, int off, int clearLength, int length, long index) {
        int plainLength = length - TAG_LENGTH;
        rtpTag(packet, off, plainLength, index);
        if (!isTag(packet, off + plainLength)) {
            return AUTH_FAILED;
        }
        cryptRtp(packet, off, clearLength, plainLength, index);
        return plainLength;
    }

    @Override
    public int sealControl(byte[] packet, int off, int length, int index) {
        cryptRtcp(packet, off, length, index);
        Bytes.putInt32(packet, off + length, index | ENCRYPTED_FLAG);
        int authenticated = length + INDEX_LENGTH;
        rtcpTag(packet, off, authenticated);
        System.arraycopy(tag, 0, packet, off + authenticated, TAG_LENGTH);
        return authenticated + TAG_LENGTH;
    }

    @Override
    public int openControl(byte[] packet, int off, int length, int index) {
        int authenticated = length - TAG_LENGTH;
        rtcpTag(packet, off, authenticated);
        if (!isTag(packet, off + authenticated)) {
            return AUTH_FAILED;
        }
        int plainLength = authenticated - INDEX_LENGTH;
        cryptRtcp(packet, off, plainLength, index);
        return plainLength;
    }

    private void cryptRtp(byte[] packet, int off, int clearLength, int length, long index) {
        counter(rtpSalt, Bytes.int32(packet, off + RtpHeader.SSRC_OFFSET), index);
        crypt(rtp, packet, off + clearLength, length - clearLength);
    }

    private void cryptRtcp(byte[] packet, int off, int length, int index) {
        counter(rtcpSalt, Bytes.int32(packet, off + RtpHeader.RTCP_SSRC_OFFSET), index);
        crypt(rtcp, packet, off + RTCP_CLEAR_LENGTH, length - RTCP_CLEAR_LENGTH);
    }

    private void crypt(Cipher cipher, byte[] packet, int off, int length) {
        long high = Bytes.int64(iv, 0);
        long low = Bytes.int64(iv, 8) & -1L << 16;
        for (int done = 0; done < length; done += RUN) {
            int run = Math.min(RUN, length - done);
            int blocks = (run + BLOCK - 1) / BLOCK;
            for (int at = 0; at < blocks * BLOCK; at += BLOCK) {
                Bytes.putInt64(counters, at, high);
                Bytes.putInt64(counters, at + 8, low++);
            }
            encrypt(cipher, blocks * BLOCK);
            Bytes.xor(packet, off + done, keystream, run);
        }
    }

    private void encrypt(Cipher cipher, int length) {
        try {
            cipher.update(counters, 0, length, keystream, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not run AES", e);
        }
    }

    /// salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16 (RFC 3711 §4.1.1).
    private void counter(byte[] salt, int ssrc, long index) {
        System.arraycopy(salt, 0, iv, 0, salt.length);
        Bytes.xor(iv, 4, 4, ssrc);
        Bytes.xor(iv, 8, 6, index);
    }

    private void rtpTag(byte[] packet, int off, int length, long index) {
        Bytes.putInt32(rocWord, 0, (int) (index >>> 16));
        rtpMac.update(packet, off, length);
        rtpMac.update(rocWord, 0, rocWord.length);
        rtpMac.finish(tag);
    }

    private void rtcpTag(byte[] packet, int off, int length) {
        rtcpMac.update(packet, off, length);
        rtcpMac.finish(tag);
    }

    /// Constant time: the first differing byte must not show.
    private boolean isTag(byte[] packet, int off) {
        int difference = 0;
        for (int i = 0; i < TAG_LENGTH; i++) {
            difference |= packet[off + i] ^ tag[i];
        }
        return difference == 0;
    }
}
