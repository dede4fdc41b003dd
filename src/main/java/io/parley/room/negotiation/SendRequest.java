package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.ortc.SourceId;

/// A subscribed track that wants a section. `streamId` is `PA_x|TR_y`, or `PA_x|stream` when
/// streams are synchronised; `mimeType` and `fmtp` are the publisher's codec, empty while unknown;
/// `rtxSsrc` is used for video only; `redWanted` says that the track may be sent as RED.
public record SendRequest(
        SendId id,
        SourceId source,
        MediaKind kind,
        String trackSid,
        String streamId,
        String mimeType,
        String fmtp,
        int ssrc,
        int rtxSsrc,
        boolean stereo,
        boolean redWanted,
        SendTraits traits) {
    /// Tracks of one synchronised stream never take over an idle section.
    boolean syncStreamed() {
        return !streamId.endsWith("|" + trackSid);
    }
}
