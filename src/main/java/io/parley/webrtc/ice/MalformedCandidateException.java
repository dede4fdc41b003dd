package io.parley.webrtc.ice;

/// A candidate line that breaks the grammar of RFC 8839 §5.1.
public final class MalformedCandidateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedCandidateException(String message) {
        super(message);
    }
}
