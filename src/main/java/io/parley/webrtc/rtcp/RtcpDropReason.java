package io.parley.webrtc.rtcp;

/// Why a compound, or a part of it, was not read.
public enum RtcpDropReason {
    /// Not even one header.
    TOO_SHORT,
    /// A version that is not 2.
    BAD_VERSION,
    /// Lengths that do not add up to the datagram; nothing of it was read.
    BAD_LENGTH,
    /// A packet whose body contradicts its length; the others of the compound were read.
    BAD_BODY
}
