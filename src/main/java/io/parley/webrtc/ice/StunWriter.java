package io.parley.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.zip.CRC32;

/// Writes one STUN message into its own buffer, again and again (RFC 8489 §5). Owned by its agent.
final class StunWriter {
    /// The largest is a request with two fragments of 256 characters.
    private static final int CAPACITY = 1024;

    private final byte[] b = new byte[CAPACITY];
    private final CRC32 crc = new CRC32();
    private int at;

    StunWriter begin(int type, int transactionHigh, long transactionLow) {
        Stun.putInt16(b, 0, type);
        Stun.putInt32(b, 4, Stun.MAGIC_COOKIE);
        Stun.putInt32(b, 8, transactionHigh);
        Stun.putInt64(b, 12, transactionLow);
        at = Stun.HEADER_LENGTH;
        return this;
    }

    /// The answer to a request carries its transaction id.
    StunWriter beginAnswer(int type, StunMessage request) {
        return begin(type, request.transactionHigh(), request.transactionLow());
    }

    StunWriter bytes(int type, byte[] value) {
        attribute(type, value.length);
        System.arraycopy(value, 0, b, at, value.length);
        return pad(value.length);
    }

    StunWriter flag(int type) {
        attribute(type, 0);
        return this;
    }

    StunWriter int32(int type, long value) {
        attribute(type, 4);
        Stun.putInt32(b, at, (int) value);
        return pad(4);
    }

    StunWriter int64(int type, long value) {
        attribute(type, 8);
        Stun.putInt64(b, at, value);
        return pad(8);
    }

    StunWriter mappedAddress(InetSocketAddress socketAddress) {
        InetAddress inet = socketAddress.getAddress();
        byte[] address = inet.getAddress();
        attribute(Stun.XOR_MAPPED_ADDRESS, 4 + address.length);
        b[at] = 0;
        b[at + 1] = (byte) (address.length == 4 ? 1 : 2);
        Stun.putInt16(b, at + 2, socketAddress.getPort() ^ (Stun.MAGIC_COOKIE >>> 16));
        for (int i = 0; i < address.length; i++) {
            b[at + 4 + i] = (byte) (address[i] ^ b[4 + i]);
        }
        return pad(4 + address.length);
    }

    /// The reason phrase stays empty: nobody reads it.
    StunWriter errorCode(int code) {
        return int32(Stun.ERROR_CODE, (code / 100) << 8 | code % 100);
    }

    StunWriter unknownAttributes(StunMessage request) {
        int count = request.unknownCount();
        attribute(Stun.UNKNOWN_ATTRIBUTES, 2 * count);
        for (int i = 0; i < count; i++) {
            Stun.putInt16(b, at + 2 * i, request.unknownType(i));
        }
        return pad(2 * count);
    }

    /// Adds MESSAGE-INTEGRITY and FINGERPRINT; the message is then complete.
    int finish(StunKey key) {
        attribute(Stun.MESSAGE_INTEGRITY, Stun.INTEGRITY_LENGTH);
        key.sign(b, 0, at);
        at += Stun.INTEGRITY_LENGTH;
        Stun.putInt16(b, 2, at + 8 - Stun.HEADER_LENGTH);
        crc.reset();
        crc.update(b, 0, at);
        int32(Stun.FINGERPRINT, (int) crc.getValue() ^ Stun.FINGERPRINT_XOR);
        return at;
    }

    byte[] buffer() {
        return b;
    }

    private void attribute(int type, int length) {
        Stun.putInt16(b, at, type);
        Stun.putInt16(b, at + 2, length);
        at += 4;
    }

    private StunWriter pad(int length) {
        int end = at + Stun.padded(length);
        for (int i = at + length; i < end; i++) {
            b[i] = 0;
        }
        at = end;
        return this;
    }
}
