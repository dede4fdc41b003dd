package io.parley.cluster;

/// Who owns a room. The epoch grows with each owner, so that an old owner's words can be told from
/// the new one's.
public record RoomLocation(RoomName room, NodeId node, long epoch) {}
