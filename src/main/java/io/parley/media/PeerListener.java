package io.parley.media;

/// Hears of one peer, on the room's context.
public interface PeerListener {
    void onPeerEvent(PeerEvent event);
}
