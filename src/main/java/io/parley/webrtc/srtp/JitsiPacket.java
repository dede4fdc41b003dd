package io.parley.webrtc.srtp;

import org.jitsi.utils.ByteArrayBuffer;

/// The bytes of one call, in the shape that jitsi-srtp wants. Owned by its cipher and pointed at
/// each packet in turn.
final class JitsiPacket implements ByteArrayBuffer {
    private byte[] buffer = new byte[0];
    private int off;
    private int length;

    void point(byte[] newBuffer, int newOff, int newLength) {
        buffer = newBuffer;
        off = newOff;
        length = newLength;
    }

    @Override
    public byte[] getBuffer() {
        return buffer;
    }

    @Override
    public int getOffset() {
        return off;
    }

    @Override
    public int getLength() {
        return length;
    }

    @Override
    public void setLength(int newLength) {
        length = newLength;
    }

    @Override
    public void setOffset(int newOff) {
        off = newOff;
    }

    @Override
    public boolean isInvalid() {
        return false;
    }

    @Override
    public void readRegionToBuff(int from, int count, byte[] out) {
        System.arraycopy(buffer, off + from, out, 0, count);
    }

    /// Who gives us a packet to seal leaves room behind it.
    @Override
    public void grow(int howMuch) {
        if (off + length + howMuch > buffer.length) {
            throw new IllegalStateException("no room for the authentication tag");
        }
    }

    @Override
    public void append(byte[] data, int count) {
        System.arraycopy(data, 0, buffer, off + length, count);
        length += count;
    }

    @Override
    public void shrink(int count) {
        length -= count;
    }
}
