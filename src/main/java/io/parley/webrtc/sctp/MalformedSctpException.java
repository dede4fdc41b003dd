package io.parley.webrtc.sctp;

/// Bytes that are no SCTP packet for us; the association's state is as it was before them.
public final class MalformedSctpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedSctpException(String message) {
        super(message, null, false, false);
    }
}
