package io.parley.media;

import io.parley.webrtc.ice.IcePath;

/// Which peer a remote address speaks for, over one of our sockets. `checked` once it passed a
/// connectivity check.
final class Route {
    final Peer peer;
    final IcePath path;
    boolean checked;

    Route(Peer peer, IcePath path) {
        this.peer = peer;
        this.path = path;
    }
}
