package io.parley.room;

import livekit.LivekitRtc.SignalResponse;

/// Where a participant's responses go: one websocket.
public interface SignalSink {
    /// Nobody listens.
    SignalSink NONE =
            new SignalSink() {
                @Override
                public void send(SignalResponse response) {}

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void cut() {}

                @Override
                public void close() {}
            };

    void send(SignalResponse response);

    /// Whether the client keeps up so far; if not, its participant hears of it once it does
    /// ([ParticipantRequests#onReady]).
    boolean isReady();

    /// Ends the connection at once: the client reads too slowly.
    void cut();

    /// Ends the connection after what was sent.
    void close();
}
