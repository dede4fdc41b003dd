package io.parley.auth;

/// The token is no JWT, or a claim has the wrong type.
public final class MalformedTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedTokenException(String message) {
        super(message);
    }
}
