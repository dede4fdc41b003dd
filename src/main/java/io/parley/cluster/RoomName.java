package io.parley.cluster;

/// A room's name, unique in the cluster; the empty name is allowed, as at LiveKit.
public record RoomName(String value) {
    @Override
    public String toString() {
        return value;
    }
}
