package io.parley.auth;

/// What a token turned out to be.
public sealed interface TokenOutcome {
    /// The name under which the HTTP front keeps the [Verified] of a request in its routing
    /// context.
    String CONTEXT_KEY = "parley.token";

    /// A good one.
    ///
    /// @param apiKey the key that signed it
    /// @param issuedMs Unix milliseconds of `iat`, else `nbf`, else 0
    /// @param expiresMs Unix milliseconds of `exp`
    record Verified(Grants grants, String apiKey, long issuedMs, long expiresMs)
            implements TokenOutcome {}

    /// Status 401 with that text.
    record Rejected(String text) implements TokenOutcome {}
}
