package io.parley.webrtc.sctp;

/// What the peer said of itself in its INIT or INIT ACK.
record PeerParameters(
        int tag,
        int initialTsn,
        long windowBytes,
        boolean forwardTsn,
        boolean reConfig,
        boolean zeroChecksum) {

    static PeerParameters of(InitBody body) {
        return new PeerParameters(
                body.initiateTag(),
                body.initialTsn(),
                body.windowBytes(),
                body.hasForwardTsn(),
                body.hasReConfig(),
                body.hasZeroChecksum());
    }
}
