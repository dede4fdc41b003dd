package io.parley.webrtc.srtp;

/// AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714) without garbage: what [GcmCipher] does, over
/// [JdkIntrinsics]. Owned by its sealer or opener.
///
/// Unlike the JDK's cipher this one takes the same nonce twice. Repeating a packet is right here
/// (it is the same to the byte); that no index serves two packets is the sealer's care.
///
/// The packet is put together in a slot of our own (see [GcmKey]), where each pass is one call.
/// Copying there and back costs less than a second call would.
final class IntrinsicGcmCipher implements PacketCipher {
    private static final int BLOCK = JdkIntrinsics.BLOCK;
    private static final int TAG_LENGTH = 16;
    private static final int RTCP_CLEAR_LENGTH = 8;
    private static final int INDEX_LENGTH = 4;
    private static final int RTCP_AAD_LENGTH = RTCP_CLEAR_LENGTH + INDEX_LENGTH;
    private static final int ENCRYPTED_FLAG = 0x80000000;
    private static final int FIRST_SLOT_BYTES = 2048;

    private final GcmKey rtp;
    private final GcmKey rtcp;

    private byte[] slot = new byte[FIRST_SLOT_BYTES];

    IntrinsicGcmCipher(SessionKeys rtpKeys, SessionKeys rtcpKeys) {
        this.rtp = new GcmKey(rtpKeys);
        this.rtcp = new GcmKey(rtcpKeys);
    }

    @Override
    public int seal(byte[] packet, int off, int clearLength, int length, long index) {
        int bodyLength = length - clearLength;
        int bodyOff = wholeBlocks(clearLength);
        makeRoom(bodyOff, bodyLength);
        System.arraycopy(packet, off + clearLength, slot, bodyOff, bodyLength);
        rtp.rtpNonce(Bytes.int32(packet, off + RtpHeader.SSRC_OFFSET), index);
        rtp.crypt(slot, bodyOff, bodyLength);
        putAad(packet, off, clearLength, bodyOff);
        hash(rtp, clearLength, bodyOff, bodyLength);
        System.arraycopy(slot, bodyOff, packet, off + clearLength, bodyLength);
        rtp.putTag(packet, off + length);
        return length + TAG_LENGTH;
    }

    @Override
    public int open(byte[] packet, int off, int clearLength, int length, long index) {
        int plainLength = length - TAG_LENGTH;
        int bodyLength = plainLength - clearLength;
        int bodyOff = wholeBlocks(clearLength);
        makeRoom(bodyOff, bodyLength);
        System.arraycopy(packet, off + clearLength, slot, bodyOff, bodyLength);
        putAad(packet, off, clearLength, bodyOff);
        hash(rtp, clearLength, bodyOff, bodyLength);
        rtp.rtpNonce(Bytes.int32(packet, off + RtpHeader.SSRC_OFFSET), index);
        rtp.crypt(slot, bodyOff, bodyLength);
        if (!rtp.isTag(packet, off + plainLength)) {
            return AUTH_FAILED;
        }
        System.arraycopy(slot, bodyOff, packet, off + clearLength, bodyLength);
        return plainLength;
    }

    @Override
    public int sealControl(byte[] packet, int off, int length, int index) {
        int bodyLength = length - RTCP_CLEAR_LENGTH;
        int word = index | ENCRYPTED_FLAG;
        makeRoom(BLOCK, bodyLength);
        System.arraycopy(packet, off + RTCP_CLEAR_LENGTH, slot, BLOCK, bodyLength);
        rtcp.rtcpNonce(Bytes.int32(packet, off + RtpHeader.RTCP_SSRC_OFFSET), index);
        rtcp.crypt(slot, BLOCK, bodyLength);
        putControlAad(packet, off, word);
        hash(rtcp, RTCP_AAD_LENGTH, BLOCK, bodyLength);
        System.arraycopy(slot, BLOCK, packet, off + RTCP_CLEAR_LENGTH, bodyLength);
        rtcp.putTag(packet, off + length);
        Bytes.putInt32(packet, off + length + TAG_LENGTH, word);
        return length + TAG_LENGTH + INDEX_LENGTH;
    }

    @Override
    public int openControl(byte[] packet, int off, int length, int index) {
        int plainLength = length - TAG_LENGTH - INDEX_LENGTH;
        int bodyLength = plainLength - RTCP_CLEAR_LENGTH;
        makeRoom(BLOCK, bodyLength);
        System.arraycopy(packet, off + RTCP_CLEAR_LENGTH, slot, BLOCK, bodyLength);
        putControlAad(packet, off, Bytes.int32(packet, off + length - INDEX_LENGTH));
        hash(rtcp, RTCP_AAD_LENGTH, BLOCK, bodyLength);
        rtcp.rtcpNonce(Bytes.int32(packet, off + RtpHeader.RTCP_SSRC_OFFSET), index);
        rtcp.crypt(slot, BLOCK, bodyLength);
        if (!rtcp.isTag(packet, off + plainLength)) {
            return AUTH_FAILED;
        }
        System.arraycopy(slot, BLOCK, packet, off + RTCP_CLEAR_LENGTH, bodyLength);
        return plainLength;
    }

    private void putAad(byte[] packet, int off, int length, int bodyOff) {
        clearBlock(bodyOff - BLOCK);
        System.arraycopy(packet, off, slot, 0, length);
    }

    private void putControlAad(byte[] packet, int off, int word) {
        clearBlock(0);
        System.arraycopy(packet, off, slot, 0, RTCP_CLEAR_LENGTH);
        Bytes.putInt32(slot, RTCP_CLEAR_LENGTH, word);
    }

    private void hash(GcmKey key, int aadLength, int bodyOff, int bodyLength) {
        clearBlock(bodyOff + bodyLength);
        key.hash(slot, aadLength, bodyOff + wholeBlocks(bodyLength), bodyLength);
    }

    private void clearBlock(int at) {
        Bytes.putInt64(slot, at, 0);
        Bytes.putInt64(slot, at + 8, 0);
    }

    /// The slot keeps the size of the longest packet so far; few are longer than its first.
    private void makeRoom(int bodyOff, int bodyLength) {
        int needed = bodyOff + wholeBlocks(bodyLength) + BLOCK;
        if (needed > slot.length) {
            slot = new byte[needed];
        }
    }

    private static int wholeBlocks(int length) {
        return (length + BLOCK - 1) & -BLOCK;
    }
}
