package io.parley.webrtc.sctp;

import java.util.Arrays;

/// Immutable bytes with value equality, for the opaque parts of chunks.
final class Octets {
    static final Octets EMPTY = new Octets(new byte[0]);

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    static Octets copyOf(byte[] source, int offset, int length) {
        return new Octets(Arrays.copyOfRange(source, offset, offset + length));
    }

    static Octets copyOf(byte[] source) {
        return new Octets(source.clone());
    }

    int length() {
        return bytes.length;
    }

    int at(int index) {
        return bytes[index] & 0xff;
    }

    boolean contains(int octet) {
        for (byte b : bytes) {
            if ((b & 0xff) == octet) {
                return true;
            }
        }
        return false;
    }

    byte[] toArray() {
        return bytes.clone();
    }

    void writeTo(WireWriter out) {
        out.bytes(bytes, 0, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Octets[" + bytes.length + "]";
    }
}
