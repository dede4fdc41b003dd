package io.parley.room;

import io.parley.media.PeerEvent;
import io.parley.media.PeerListener;

/// Gives media events their time on the way into the room; the shell stands behind it, so that a
/// fault ends only the participant whose peer it was.
@FunctionalInterface
public interface PeerInbox {
    PeerListener listener(String participantSid, Events core);

    /// The core's end.
    @FunctionalInterface
    interface Events {
        void onPeerEvent(long nowNs, PeerEvent event);
    }
}
