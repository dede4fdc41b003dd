package io.parley.room.negotiation;

import io.parley.webrtc.ortc.RtpReceiveParameters;

/// A section that received its track: what TrackInfo says of it (`mid`, `sdp_cid`, `mime_type`)
/// comes from here. `mimeType` is that of the codec listed first in our answer.
public record PublishedSection(
        String streamId, String sdpCid, String mimeType, RtpReceiveParameters parameters) {
    public String mid() {
        return parameters.mid();
    }
}
