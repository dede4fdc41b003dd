package io.parley.cluster;

/// How busy a node is.
///
/// @param isDraining no new rooms, please
public record NodeLoad(
        int rooms, int participants, int tracksIn, int tracksOut, boolean isDraining) {
    public static final NodeLoad NONE = new NodeLoad(0, 0, 0, 0, false);

    NodeLoad withOneMoreRoom() {
        return new NodeLoad(rooms + 1, participants + 1, tracksIn, tracksOut, isDraining);
    }
}
