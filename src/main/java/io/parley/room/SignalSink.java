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
                public void close() {}
            };

    void send(SignalResponse response);

    /// Ends the connection after what was sent.
    void close();
}
