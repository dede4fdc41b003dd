package io.parley.webrtc.codec;

/// What LiveKit's SDKs append to a picture for those who know of it: data, then its length, then
/// `LKTS` (media.md §8). Behind end-to-end encryption, so that a server can take it off.
public final class PacketTrailer {
    private static final int LENGTH_AND_MAGIC_BYTES = 5;

    private PacketTrailer() {}

    /// Bytes at the end of a picture's last payload that are no picture, 0 for none.
    public static int length(byte[] b, int off, int len) {
        int end = off + len;
        boolean marked =
                len >= LENGTH_AND_MAGIC_BYTES
                        && b[end - 1] == 'S'
                        && b[end - 2] == 'T'
                        && b[end - 3] == 'K'
                        && b[end - 4] == 'L';
        if (!marked) {
            return 0;
        }
        int told = (b[end - LENGTH_AND_MAGIC_BYTES] & 0xFF) ^ 0xFF;
        return told >= LENGTH_AND_MAGIC_BYTES && told <= len ? told : 0;
    }
}
