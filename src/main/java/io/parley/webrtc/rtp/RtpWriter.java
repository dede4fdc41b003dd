package io.parley.webrtc.rtp;

import java.util.Arrays;

/// Writes an RTP header with extensions into bytes given by the caller (RFC 3550 §5.1, RFC 8285);
/// reusable. Owned by its media loop. Order: `begin`, extensions, `finish`.
public final class RtpWriter {
    private static final int MAX_EXTENSIONS = 16;
    private static final byte[] NOTHING = new byte[0];

    private final int[] ids = new int[MAX_EXTENSIONS];
    private final int[] valueOffsets = new int[MAX_EXTENSIONS];
    private final int[] valueLengths = new int[MAX_EXTENSIONS];

    private byte[] dst = NOTHING;
    private int start;
    private int at;
    private int count;
    private boolean twoByte;

    /// Writes a header without extensions and returns its length.
    public static int writeHeader(
            byte[] dst, int off, int payloadType, boolean marker, int seq16, int ts, int ssrc) {
        dst[off] = (byte) 0x80;
        dst[off + 1] = (byte) ((marker ? 0x80 : 0) | (payloadType & 0x7F));
        RtpBytes.put16(dst, off + 2, seq16);
        RtpBytes.put32(dst, off + 4, ts);
        RtpBytes.put32(dst, off + 8, ssrc);
        return RtpPacket.FIXED_HEADER_BYTES;
    }

    /// Appends `size` bytes of padding at `end`, its count last; the packet starts at `off`.
    public static void writePadding(byte[] dst, int off, int end, int size) {
        if (size < 1 || size > 255) {
            throw new IllegalArgumentException("padding of " + size + " bytes");
        }
        Arrays.fill(dst, end, end + size - 1, (byte) 0);
        dst[end + size - 1] = (byte) size;
        dst[off] |= 0x20;
    }

    /// Starts a header at `off`.
    public void begin(
            byte[] dst, int off, int payloadType, boolean marker, int seq16, int ts, int ssrc) {
        this.dst = dst;
        this.start = off;
        this.at = off + writeHeader(dst, off, payloadType, marker, seq16, ts, ssrc);
        this.count = 0;
        this.twoByte = false;
    }

    /// Adds an extension with a copy of that value.
    public void addExtension(int id, byte[] src, int srcOff, int size) {
        System.arraycopy(src, srcOff, dst, reserveExtension(id, size), size);
    }

    /// Adds an extension and returns where its value is to be written. The place is good until the
    /// next extension is added (the one that needs two-byte headers moves those before it);
    /// afterwards ask `valueOffset`.
    public int reserveExtension(int id, int size) {
        if (id < 1 || id > 255 || size < 0 || size > 255 || count == MAX_EXTENSIONS) {
            throw new IllegalArgumentException("extension " + id + " of " + size + " bytes");
        }
        if (count == 0) {
            at += 4;
        }
        if (!twoByte && (id > 14 || size > 16 || size == 0)) {
            widen();
        }
        if (twoByte) {
            dst[at++] = (byte) id;
            dst[at++] = (byte) size;
        } else {
            dst[at++] = (byte) ((id << 4) | (size - 1));
        }
        ids[count] = id;
        valueOffsets[count] = at;
        valueLengths[count] = size;
        count++;
        int value = at;
        at += size;
        return value;
    }

    /// Pads the extensions to four bytes, writes their head and returns the header's length.
    public int finish() {
        if (count == 0) {
            return at - start;
        }
        int body = start + RtpPacket.FIXED_HEADER_BYTES + 4;
        while (((at - body) & 3) != 0) {
            dst[at++] = 0;
        }
        dst[start] |= 0x10;
        RtpBytes.put16(dst, body - 4, twoByte ? 0x1000 : 0xBEDE);
        RtpBytes.put16(dst, body - 2, (at - body) / 4);
        return at - start;
    }

    /// Where the value of an extension stands, or -1; for values known only when the packet leaves.
    public int valueOffset(int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return valueOffsets[i];
            }
        }
        return -1;
    }

    /// One list holds one form (RFC 8285 §4.1.2 allows mixing only between packets).
    private void widen() {
        twoByte = true;
        for (int i = count - 1; i >= 0; i--) {
            int to = valueOffsets[i] + i + 1;
            System.arraycopy(dst, valueOffsets[i], dst, to, valueLengths[i]);
            dst[to - 2] = (byte) ids[i];
            dst[to - 1] = (byte) valueLengths[i];
            valueOffsets[i] = to;
        }
        at += count;
    }
}
