package io.parley.webrtc.ice;

/// Why a STUN message had no effect; `NONE` means that it was authentic and had one.
public enum IceDropReason {
    NONE,
    /// Not a STUN message, cut short, or an attribute of the wrong size.
    MALFORMED,
    BAD_FINGERPRINT,
    /// Not a binding request or response.
    UNEXPECTED_TYPE,
    /// A binding indication: nobody signs it and nothing follows from it.
    INDICATION,
    /// The USERNAME is absent or does not begin with one of our fragments.
    UNKNOWN_USERNAME,
    MISSING_INTEGRITY,
    BAD_INTEGRITY,
    /// Authenticated, but with attributes that must be understood: answered with 420.
    UNKNOWN_ATTRIBUTE,
    /// Authenticated, both sides claim one role and ours stays: answered with 487.
    ROLE_CONFLICT,
    /// A response that matches no request on that path.
    UNKNOWN_TRANSACTION,
    /// An authenticated error response.
    ERROR_RESPONSE,
    /// The transport is excluded by the [CandidateFilter].
    FILTERED,
    /// The agent has failed and waits for a restart.
    INACTIVE
}
