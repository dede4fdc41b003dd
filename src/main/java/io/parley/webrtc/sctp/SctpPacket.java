package io.parley.webrtc.sctp;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// One parsed SCTP packet (RFC 9260 §3). All of it is read before any of it is acted upon, so a
/// malformed packet changes nothing.
record SctpPacket(
        int sourcePort, int destinationPort, int verificationTag, List<SctpChunk> chunks) {
    static final int HEADER_BYTES = 12;
    private static final byte[] ZERO = new byte[4];

    /// @param zeroChecksumAccepted RFC 9653 §5.3: we announced that a zero checksum is fine
    static SctpPacket parse(byte[] bytes, int offset, int length, boolean zeroChecksumAccepted) {
        if (length < HEADER_BYTES + 4) {
            throw new MalformedSctpException("shorter than header and chunk");
        }
        WireReader in = new WireReader(bytes, offset, length);
        int sourcePort = in.u16();
        int destinationPort = in.u16();
        int verificationTag = in.i32();
        int checksum = in.i32();
        boolean unchecked = checksum == 0 && zeroChecksumAccepted;
        if (!unchecked && checksum != checksum(bytes, offset, length)) {
            throw new MalformedSctpException("checksum");
        }
        List<SctpChunk> chunks = new ArrayList<>(4);
        while (in.remaining() >= 4) {
            int type = in.u8();
            int flags = in.u8();
            int valueLength = in.u16() - 4;
            if (valueLength < 0) {
                throw new MalformedSctpException("chunk length");
            }
            chunks.add(ChunkReader.read(type, flags, in.slice(valueLength)));
            in.skipPadding(valueLength);
        }
        return new SctpPacket(sourcePort, destinationPort, verificationTag, chunks);
    }

    /// CRC32C over the packet with the checksum field as zero, in wire order (RFC 9260 appendix A).
    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, 8);
        crc.update(ZERO, 0, 4);
        crc.update(bytes, offset + HEADER_BYTES, length - HEADER_BYTES);
        return Integer.reverseBytes((int) crc.getValue());
    }

    /// RFC 9260 §6.10: INIT, INIT ACK and SHUTDOWN COMPLETE travel alone.
    boolean isAlone() {
        return chunks.size() == 1;
    }
}
