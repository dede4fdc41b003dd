package io.parley.room;

/// The header of a data-track packet (signal.md §7.7): only its handle is ours to change.
final class DataTrackPacket {
    private static final int MIN_BYTES = 12;
    private static final int EXTENSIONS_BIT = 0x04;
    private static final int HANDLE = 2;

    private DataTrackPacket() {}

    /// The publisher's handle, or 0 if that is no packet: 0 is never a handle.
    static int handle(byte[] packet) {
        if (packet.length < MIN_BYTES || packet[0] >>> 5 != 0) {
            return 0;
        }
        if ((packet[0] & EXTENSIONS_BIT) != 0 && !hasWholeExtensions(packet)) {
            return 0;
        }
        return u16(packet, HANDLE);
    }

    private static boolean hasWholeExtensions(byte[] packet) {
        return packet.length >= MIN_BYTES + 2
                && packet.length >= MIN_BYTES + (u16(packet, MIN_BYTES) + 1) * 4;
    }

    /// A copy under the subscriber's handle.
    static byte[] withHandle(byte[] packet, int handle) {
        byte[] copy = packet.clone();
        copy[HANDLE] = (byte) (handle >>> 8);
        copy[HANDLE + 1] = (byte) handle;
        return copy;
    }

    private static int u16(byte[] packet, int at) {
        return ((packet[at] & 0xff) << 8) | (packet[at + 1] & 0xff);
    }
}
