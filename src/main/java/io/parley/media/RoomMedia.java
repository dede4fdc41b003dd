package io.parley.media;

import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;

/// What a room may ask of the media side: its place on one media loop. The room's context owns it;
/// the loop does the work.
public interface RoomMedia {
    /// Opens a peer whose events come to the listener on the room's context.
    PeerProxy openPeer(PeerSettings settings, PeerListener listener);

    /// This node's candidates as `candidate:…` lines, best first, for every peer of the room.
    List<String> localCandidates();

    /// The certificate that every peer of this node shows.
    DtlsFingerprint fingerprint();

    SourceId newSourceId();

    SendId newSendId();
}
