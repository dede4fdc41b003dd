package io.parley.room;

import io.parley.auth.SecretSeal;
import io.parley.auth.TokenMint;
import io.parley.cluster.Bus;
import io.parley.cluster.Fence;
import io.parley.cluster.Journal;
import io.parley.cluster.RoomDirectory;
import io.parley.media.RoomMedia;
import io.parley.store.ObjectStore;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// What every room of a node is made of.
///
/// @param outside hears of every room's events, on that room's context
public record RoomParts(
        Bus bus,
        RoomDirectory directory,
        Fence fence,
        Journal journal,
        ObjectStore store,
        RoomSettings settings,
        TokenMint tokens,
        SecretSeal seal,
        RandomGenerator random,
        Placement placement,
        LaunchPoints launch,
        RoomEvent.Listener outside) {

    /// The same for a room whose events somebody else hears.
    public RoomParts withOutside(RoomEvent.Listener listener) {
        return new RoomParts(
                bus, directory, fence, journal, store, settings, tokens, seal, random, placement,
                launch, listener);
    }

    /// Finds a room its place on the media side.
    @FunctionalInterface
    public interface Placement {
        /// Events of the room's peers are handed to the executor, which is the room's context.
        RoomMedia place(String room, Executor roomContext);
    }
}
