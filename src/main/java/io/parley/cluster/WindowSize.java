package io.parley.cluster;

/// How much may be on its way between a session and its websocket. The receiver says how far it is
/// each time that it has worked off a quarter, so that who keeps up never waits.
///
/// @param messages that may be on their way
/// @param bytes that may be on their way; the last message may exceed them
public record WindowSize(int messages, int bytes) {
    /// Done is what the websocket took: whoever reads slowly holds up nobody but itself.
    public static final WindowSize TO_CLIENT = new WindowSize(128, 256 << 10);

    /// Done is what the session has carried out; meanwhile the websocket is not read.
    public static final WindowSize FROM_CLIENT = new WindowSize(32, 512 << 10);
}
