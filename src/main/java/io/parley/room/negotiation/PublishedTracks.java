package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters.TrackTraits;
import io.parley.webrtc.ortc.SourceId;
import java.util.Optional;

/// The participant's pending and published tracks, asked which of them a section of its offer
/// sends.
public interface PublishedTracks {
    /// By client track id, then codec client id, then the first pending track of that kind. Empty
    /// while no AddTrackRequest for it has arrived. Asked once per section until it answers; a
    /// track given to a section is that section's until it ends.
    Optional<PublishedTrack> match(SendingSection section);

    /// A section of an offer that the client sends. `cid` is the track id of `a=msid`, or empty.
    record SendingSection(String mid, MediaKind kind, String streamId, String cid) {}

    /// What negotiation must know of the track. `preferredMimeType` is that of its matched codec
    /// entry, or empty if the request named none; `dtx` is false with TF_NO_DTX.
    record PublishedTrack(
            SourceId source,
            String preferredMimeType,
            TrackTraits traits,
            boolean disableRed,
            boolean dtx,
            boolean stereo) {}
}
