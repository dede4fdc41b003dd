package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import java.util.List;

/// What another node must know of our offers to go on with the same connection: the sections in
/// their order, and numbers that only rise.
public record OfferingSnapshot(
        long sessionId, long version, int nextOfferId, List<Section> sections) {
    static final int MARGIN = 100;

    public OfferingSnapshot {
        sections = List.copyOf(sections);
    }

    /// A media section; `carried` says that it has had a track.
    public record Section(String mid, MediaKind kind, boolean carried) {}
}
