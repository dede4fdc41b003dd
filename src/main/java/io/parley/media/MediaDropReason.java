package io.parley.media;

/// Why a datagram went no further than the port or the peer's first switch.
public enum MediaDropReason {
    /// Neither a known remote address nor a STUN request for a known username fragment.
    UNKNOWN_ADDRESS,
    /// First byte of no protocol that WebRTC multiplexes (RFC 7983 §7).
    UNKNOWN_PROTOCOL,
    /// DTLS, SRTP or SRTCP on an address that has not passed a connectivity check.
    UNCHECKED_PATH,
    /// SRTP or SRTCP before the DTLS handshake is done.
    NO_KEYS,
    /// Longer than any datagram we take.
    TOO_LONG,
    /// A protocol's parser refused it.
    MALFORMED,
    /// The kernel's send buffer was full.
    SOCKET_FULL,
    /// The kernel refused the address.
    SEND_FAILED,
    /// A TCP connection's write queue was full.
    TCP_QUEUE_FULL,
    /// Nothing to send over: ICE has no path yet.
    NO_PATH,
    /// More TCP connections than we hold without a valid check, or than the system lets us accept.
    TOO_MANY_TCP_CONNECTIONS
}
