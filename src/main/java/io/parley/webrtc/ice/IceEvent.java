package io.parley.webrtc.ice;

/// What an agent tells its owner.
public sealed interface IceEvent {
    record StateChanged(IceState state) implements IceEvent {}

    /// Media goes this way from now on. `nominated` is false while the path is only known to work
    /// (RFC 8445 §12.1).
    record Selected(IcePath path, boolean nominated) implements IceEvent {}

    /// New local credentials are in force; those before are accepted until the next [Selected].
    record Restarted(String usernameFragment) implements IceEvent {}

    /// The agent has no more use for that path: its address need not be remembered.
    record Forgotten(IcePath path) implements IceEvent {}
}
