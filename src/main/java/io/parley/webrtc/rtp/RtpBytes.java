package io.parley.webrtc.rtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Big-endian numbers in byte arrays, as every RTP and RTCP field is written.
public final class RtpBytes {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RtpBytes() {}

    /// An unsigned 8-bit number.
    public static int u8(byte[] b, int at) {
        return b[at] & 0xFF;
    }

    /// An unsigned 16-bit number.
    public static int u16(byte[] b, int at) {
        return (short) SHORT.get(b, at) & 0xFFFF;
    }

    /// An unsigned 24-bit number.
    public static int u24(byte[] b, int at) {
        return (u8(b, at) << 16) | u16(b, at + 1);
    }

    /// A 32-bit number with its sign bit as it stands on the wire.
    public static int i32(byte[] b, int at) {
        return (int) INT.get(b, at);
    }

    /// An unsigned 32-bit number.
    public static long u32(byte[] b, int at) {
        return i32(b, at) & 0xFFFFFFFFL;
    }

    /// A 64-bit number.
    public static long i64(byte[] b, int at) {
        return (long) LONG.get(b, at);
    }

    /// Writes the low 8 bits.
    public static void put8(byte[] b, int at, int value) {
        b[at] = (byte) value;
    }

    /// Writes the low 16 bits.
    public static void put16(byte[] b, int at, int value) {
        SHORT.set(b, at, (short) value);
    }

    /// Writes the low 24 bits.
    public static void put24(byte[] b, int at, int value) {
        b[at] = (byte) (value >> 16);
        put16(b, at + 1, value);
    }

    /// Writes 32 bits.
    public static void put32(byte[] b, int at, int value) {
        INT.set(b, at, value);
    }

    /// Writes 64 bits.
    public static void put64(byte[] b, int at, long value) {
        LONG.set(b, at, value);
    }
}
