package io.parley.webrtc.sctp;

/// All that is needed to begin an association (RFC 9260 §5.1.3), so that an INIT leaves no state.
///
/// @param tieLocalTag our tag of the association that exists already, or 0
record CookieContents(
        int localTag,
        int localTsn,
        PeerParameters peer,
        int tieLocalTag,
        int tiePeerTag,
        long createdNs) {}
