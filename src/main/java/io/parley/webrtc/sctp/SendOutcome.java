package io.parley.webrtc.sctp;

/// What became of a message handed to [SctpAssociation#send].
public enum SendOutcome {
    QUEUED,
    /// The bounded send queue is full: nothing was taken, try after `BufferedAmountLow` or drop.
    QUEUE_FULL,
    /// Larger than the peer said it accepts.
    TOO_LARGE,
    /// No such channel, or it or the association is closing or closed.
    CLOSED
}
