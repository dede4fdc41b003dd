package io.parley.room;

import io.parley.auth.SecretSeal;
import io.parley.auth.TokenMint;
import io.parley.cluster.Fence;
import io.parley.media.RoomMedia;
import java.util.random.RandomGenerator;

/// What a room is given to work with: its settings, its place on the media side, and those who hear
/// of it.
///
/// @param epoch in which it was opened
public record RoomSurroundings(
        long epoch,
        RoomSettings settings,
        RoomMedia media,
        PeerInbox inbox,
        TokenMint tokens,
        SecretSeal seal,
        WallTime wall,
        RandomGenerator random,
        RoomEvent.Listener listener,
        LaunchPoints launch,
        Fence fence) {}
