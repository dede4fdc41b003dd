package io.parley.media;

import io.parley.webrtc.ortc.IceParameters;

/// How a peer starts. `label` is for logs only (`room/identity/publisher`). `iceControlling` is
/// true when we are the offerer or the other side is lite. `gcmOnly` leaves AES-CM out of the DTLS
/// offer, for clients known to take GCM.
public record PeerSettings(
        String label,
        IceParameters localIce,
        boolean iceControlling,
        boolean gcmOnly,
        boolean sctpZeroChecksum) {}
