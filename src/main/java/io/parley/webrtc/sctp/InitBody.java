package io.parley.webrtc.sctp;

import java.util.List;

/// What INIT and INIT ACK have in common (RFC 9260 §3.3.2).
record InitBody(
        int initiateTag,
        long windowBytes,
        int outboundStreams,
        int inboundStreams,
        int initialTsn,
        List<SctpParameter> parameters) {

    boolean hasForwardTsn() {
        for (SctpParameter p : parameters) {
            if (p instanceof SctpParameter.ForwardTsnSupported) {
                return true;
            }
        }
        return extensions().contains(SctpChunk.FORWARD_TSN);
    }

    boolean hasReConfig() {
        return extensions().contains(SctpChunk.RE_CONFIG);
    }

    /// RFC 9653 §4: method 1 is DTLS.
    boolean hasZeroChecksum() {
        return parameters.contains(new SctpParameter.ZeroChecksum(1));
    }

    Octets extensions() {
        for (SctpParameter p : parameters) {
            if (p instanceof SctpParameter.SupportedExtensions(Octets types)) {
                return types;
            }
        }
        return Octets.EMPTY;
    }
}
