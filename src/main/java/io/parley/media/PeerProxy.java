package io.parley.media;

/// A room's handle on one peer (one peer connection's transport) that lives on a media loop.
/// Commands are executed there in the order given; after [PeerCommand.Close] the rest is ignored.
public interface PeerProxy {
    void execute(PeerCommand command);
}
