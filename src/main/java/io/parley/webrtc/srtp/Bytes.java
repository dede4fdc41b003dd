package io.parley.webrtc.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Big-endian fields of packets.
final class Bytes {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    static int int32(byte[] b, int off) {
        return (int) INT.get(b, off);
    }

    static void putInt32(byte[] b, int off, int value) {
        INT.set(b, off, value);
    }

    static long int64(byte[] b, int off) {
        return (long) LONG.get(b, off);
    }

    static void putInt64(byte[] b, int off, long value) {
        LONG.set(b, off, value);
    }

    static int uint16(byte[] b, int off) {
        return (short) SHORT.get(b, off) & 0xffff;
    }

    /// XORs the low `count` bytes of `value`, most significant first, into `b`.
    static void xor(byte[] b, int off, int count, long value) {
        for (int i = 0; i < count; i++) {
            b[off + i] ^= (byte) (value >>> (8 * (count - 1 - i)));
        }
    }

    /// XORs `length` bytes of `stream` into `b`.
    static void xor(byte[] b, int off, byte[] stream, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            putInt64(b, off + i, int64(b, off + i) ^ int64(stream, i));
        }
        for (; i < length; i++) {
            b[off + i] ^= stream[i];
        }
    }
}
