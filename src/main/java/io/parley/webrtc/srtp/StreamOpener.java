package io.parley.webrtc.srtp;

import java.util.Arrays;

/// Opens with one key for all streams of a peer. A stream gets state (roll-over count, replay
/// window) only when a packet of it has proved authentic, so forged SSRCs cost no memory. Owned by
/// its peer's media loop.
final class StreamOpener implements SrtpOpener {
    /// Streams whose replay windows are kept, of RTP and of RTCP each.
    static final int MAX_STREAMS = 1024;

    private static final int RTCP_INDEX_LENGTH = 4;
    private static final int ENCRYPTED_FLAG = 0x80000000;

    private final SrtpProfile profile;
    private final PacketCipher cipher;
    private final RollOvers rollOvers;
    private final SsrcTable<ReplayWindow> rtp = new SsrcTable<>(MAX_STREAMS);
    private final SsrcTable<ReplayWindow> rtcp = new SsrcTable<>(MAX_STREAMS);

    StreamOpener(SrtpProfile profile, PacketCipher cipher, RollOvers rollOvers) {
        this.profile = profile;
        this.cipher = cipher;
        this.rollOvers = rollOvers;
    }

    @Override
    public int openRtp(byte[] buffer, int off, int length) {
        int header = RtpHeader.length(buffer, off, length);
        if (header == RtpHeader.INVALID) {
            return SrtpDropReason.BAD_HEADER.asResult();
        }
        if (length < header + profile.tagLength()) {
            return SrtpDropReason.TOO_SHORT.asResult();
        }
        int ssrc = Bytes.int32(buffer, off + RtpHeader.SSRC_OFFSET);
        int seq16 = Bytes.uint16(buffer, off + RtpHeader.SEQUENCE_OFFSET);
        ReplayWindow window = rtp.find(ssrc);
        if (window == null) {
            return openFirst(buffer, off, header, length, ssrc, seq16);
        }
        long index = StreamIndex.guess(window.highest(), seq16);
        if (window.isTooOld(index)) {
            return SrtpDropReason.TOO_OLD.asResult();
        }
        if (window.isSeen(index)) {
            return SrtpDropReason.REPLAYED.asResult();
        }
        int opened = cipher.open(buffer, off, header, length, index);
        if (opened == PacketCipher.AUTH_FAILED) {
            return SrtpDropReason.AUTH_FAILED.asResult();
        }
        if (StreamIndex.rollOvers(index) > StreamIndex.rollOvers(window.highest())) {
            rollOvers.onRollOver(ssrc, StreamIndex.rollOvers(index));
        }
        window.accept(index);
        return opened;
    }

    /// A stream that is new here: its round is the first, unless it was opened elsewhere before.
    private int openFirst(byte[] buffer, int off, int header, int length, int ssrc, int seq16) {
        int[] rounds = rollOvers.candidates(ssrc);
        for (int round : rounds) {
            long index = StreamIndex.of(round, seq16);
            int opened =
                    rounds.length == 1
                            ? cipher.open(buffer, off, header, length, index)
                            : openWhole(buffer, off, header, length, index);
            if (opened != PacketCipher.AUTH_FAILED) {
                rtp.add(new ReplayWindow(ssrc, index));
                rollOvers.onFirst(ssrc, round);
                return opened;
            }
        }
        return SrtpDropReason.AUTH_FAILED.asResult();
    }

    /// As the cipher does, but a failure leaves the packet as it is, for another try.
    private int openWhole(byte[] buffer, int off, int header, int length, long index) {
        byte[] copy = Arrays.copyOfRange(buffer, off, off + length);
        int opened = cipher.open(copy, 0, header, length, index);
        if (opened != PacketCipher.AUTH_FAILED) {
            System.arraycopy(copy, 0, buffer, off, opened);
        }
        return opened;
    }

    @Override
    public int openRtcp(byte[] buffer, int off, int length) {
        if (length < RtpHeader.RTCP_CLEAR_LENGTH + profile.rtcpOverheadBytes()) {
            return SrtpDropReason.TOO_SHORT.asResult();
        }
        if (!RtpHeader.isVersion2(buffer[off])) {
            return SrtpDropReason.BAD_HEADER.asResult();
        }
        int word = Bytes.int32(buffer, indexOffset(off, length));
        if ((word & ENCRYPTED_FLAG) == 0) {
            return SrtpDropReason.NOT_ENCRYPTED.asResult();
        }
        int index = word & ~ENCRYPTED_FLAG;
        int ssrc = Bytes.int32(buffer, off + RtpHeader.RTCP_SSRC_OFFSET);
        ReplayWindow window = rtcp.find(ssrc);
        if (window != null && window.isTooOld(index)) {
            return SrtpDropReason.TOO_OLD.asResult();
        }
        if (window != null && window.isSeen(index)) {
            return SrtpDropReason.REPLAYED.asResult();
        }
        int opened = cipher.openControl(buffer, off, length, index);
        if (opened == PacketCipher.AUTH_FAILED) {
            return SrtpDropReason.AUTH_FAILED.asResult();
        }
        if (window == null) {
            rtcp.add(new ReplayWindow(ssrc, index));
        } else {
            window.accept(index);
        }
        return opened;
    }

    int rtpStreams() {
        return rtp.size();
    }

    /// AEAD has the index behind the tag (RFC 7714 §9.2), the HMAC profile before it (RFC 3711
    /// §3.4).
    private int indexOffset(int off, int length) {
        int end = off + length - RTCP_INDEX_LENGTH;
        return profile.isAead() ? end : end - profile.tagLength();
    }
}
