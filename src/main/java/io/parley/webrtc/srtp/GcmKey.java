package io.parley.webrtc.srtp;

/// One session key and salt in Galois/counter mode (NIST SP 800-38D) over [JdkIntrinsics]. Works on
/// a slot that its cipher has laid out so that each of the two passes is one call:
///
/// ```
/// 0                    bodyOff - 16         bodyOff
/// | AAD, then zeros to the block's end      | body | zeros to the block's end | lengths |
///                      | block 1 of CTR     | from block 2 on
/// ```
///
/// Owned by its cipher.
final class GcmKey {
    private static final int BLOCK = JdkIntrinsics.BLOCK;
    private static final int COUNT_OFFSET = 12;
    private static final int FIRST_COUNT = 1;

    private final byte[] salt;
    private final Object counterMode;
    private final byte[] counter;
    private final long[] subkeys;
    private final long[] state;

    private long maskHigh;
    private long maskLow;

    GcmKey(SessionKeys keys) {
        this.salt = keys.salt();
        this.counterMode = JdkIntrinsics.counterMode(keys.key());
        this.counter = JdkIntrinsics.counter(counterMode);
        byte[] subkey = new byte[BLOCK];
        JdkIntrinsics.crypt(counterMode, subkey, 0, BLOCK, subkey, 0); // AES of the zero block
        Object ghash = JdkIntrinsics.ghash(subkey);
        this.subkeys = JdkIntrinsics.subkeys(ghash);
        this.state = JdkIntrinsics.state(ghash);
    }

    void rtpNonce(int ssrc, long index) {
        GcmNonce.putRtp(counter, salt, ssrc, index);
    }

    void rtcpNonce(int ssrc, int index) {
        GcmNonce.putRtcp(counter, salt, ssrc, index);
    }

    /// Encrypts or decrypts the body in its slot with the nonce that was set last. The tag's mask
    /// is the key stream's first block, so the block before the body goes through too.
    void crypt(byte[] slot, int bodyOff, int bodyLength) {
        int maskOff = bodyOff - BLOCK;
        Bytes.putInt64(slot, maskOff, 0);
        Bytes.putInt64(slot, maskOff + 8, 0);
        Bytes.putInt32(counter, COUNT_OFFSET, FIRST_COUNT);
        JdkIntrinsics.crypt(counterMode, slot, maskOff, BLOCK + bodyLength, slot, maskOff);
        maskHigh = Bytes.int64(slot, maskOff);
        maskLow = Bytes.int64(slot, maskOff + 8);
    }

    /// Hashes a slot in which all but the lengths stands.
    void hash(byte[] slot, int aadLength, int lengthsOff, int bodyLength) {
        Bytes.putInt64(slot, lengthsOff, 8L * aadLength);
        Bytes.putInt64(slot, lengthsOff + 8, 8L * bodyLength);
        state[0] = 0;
        state[1] = 0;
        JdkIntrinsics.processBlocks(slot, 0, lengthsOff / BLOCK + 1, state, subkeys);
    }

    /// Writes the tag of what was hashed and crypted last.
    void putTag(byte[] packet, int off) {
        Bytes.putInt64(packet, off, state[0] ^ maskHigh);
        Bytes.putInt64(packet, off + 8, state[1] ^ maskLow);
    }

    /// Constant time: the first differing byte must not show.
    boolean isTag(byte[] packet, int off) {
        long high = state[0] ^ maskHigh ^ Bytes.int64(packet, off);
        long low = state[1] ^ maskLow ^ Bytes.int64(packet, off + 8);
        return (high | low) == 0;
    }
}
