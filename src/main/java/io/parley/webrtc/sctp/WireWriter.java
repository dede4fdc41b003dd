package io.parley.webrtc.sctp;

import java.util.Arrays;

/// A growing cursor to write chunks with. Owned by its PacketOut.
final class WireWriter {
    private byte[] bytes;
    private int position;

    WireWriter(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] array() {
        return bytes;
    }

    int position() {
        return position;
    }

    void position(int value) {
        position = value;
    }

    void u8(int value) {
        room(1);
        bytes[position++] = (byte) value;
    }

    void u16(int value) {
        room(2);
        bytes[position++] = (byte) (value >> 8);
        bytes[position++] = (byte) value;
    }

    void i32(int value) {
        u16(value >>> 16);
        u16(value);
    }

    void i64(long value) {
        i32((int) (value >>> 32));
        i32((int) value);
    }

    void bytes(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, position, length);
        position += length;
    }

    /// Writes the length of the element begun at `start` (length field at +2) and pads it. Answers
    /// where the element ends without padding.
    int close(int start) {
        int end = position;
        int length = end - start;
        bytes[start + 2] = (byte) (length >> 8);
        bytes[start + 3] = (byte) length;
        while (((position - start) & 3) != 0) {
            u8(0);
        }
        return end;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, position);
    }

    private void room(int count) {
        if (position + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, position + count));
        }
    }
}
