package io.parley.webrtc.sctp;

import java.util.Arrays;

/// A bounds-checked cursor over borrowed bytes; running over the end is a [MalformedSctpException].
final class WireReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    WireReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    int remaining() {
        return end - position;
    }

    int u8() {
        need(1);
        return bytes[position++] & 0xff;
    }

    int u16() {
        need(2);
        int value = ((bytes[position] & 0xff) << 8) | (bytes[position + 1] & 0xff);
        position += 2;
        return value;
    }

    int i32() {
        return u16() << 16 | u16();
    }

    long u32() {
        return i32() & 0xffff_ffffL;
    }

    long i64() {
        return u32() << 32 | u32();
    }

    byte[] array(int length) {
        need(length);
        byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return copy;
    }

    Octets octets(int length) {
        need(length);
        Octets copy = Octets.copyOf(bytes, position, length);
        position += length;
        return copy;
    }

    /// A cursor over the next `length` bytes, which this one steps over.
    WireReader slice(int length) {
        need(length);
        WireReader inner = new WireReader(bytes, position, length);
        position += length;
        return inner;
    }

    /// Steps over what padding is there (the last chunk's may be missing).
    void skipPadding(int length) {
        position = Math.min(end, position + (-length & 3));
    }

    private void need(int count) {
        if (count < 0 || count > end - position) {
            throw new MalformedSctpException("truncated");
        }
    }
}
