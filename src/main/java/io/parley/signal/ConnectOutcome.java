package io.parley.signal;

import livekit.LivekitInternal.StartSession;

/// What validation says about a connect request.
sealed interface ConnectOutcome {
    /// The session may start.
    ///
    /// @param mayCreateRoom auto_create, or the token's own right
    record Valid(StartSession session, boolean mayCreateRoom) implements ConnectOutcome {}

    /// Answer with that status and text.
    record Refused(int status, String text) implements ConnectOutcome {}
}
