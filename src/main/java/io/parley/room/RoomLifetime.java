package io.parley.room;

import org.jspecify.annotations.Nullable;

/// When a room ends by itself (signal.md §3.9): never while somebody who counts is in it or a join
/// holds it; a used room when the last one has been gone for the departure timeout; an unused one
/// after the empty timeout. Owned by its room.
final class RoomLifetime {
    private final Room room;
    private final long createdNs;
    private boolean used;
    private long leftAtNs;
    private int holds;
    private Timers.@Nullable Timer check;

    RoomLifetime(Room room, long createdNs) {
        this.room = room;
        this.createdNs = createdNs;
    }

    /// A reference that keeps the room from closing while somebody is joining; false if it is too
    /// late.
    boolean hold() {
        if (room.isClosed()) {
            return false;
        }
        holds++;
        return true;
    }

    void release(long nowNs) {
        holds--;
        update(nowNs);
    }

    void onJoined(Participant participant) {
        used |= !participant.isDependent();
    }

    void onLeft(long nowNs) {
        leftAtNs = nowNs;
        update(nowNs);
    }

    /// As another node knew it.
    void takeOver(boolean wasUsed, long nowNs) {
        used |= wasUsed;
        leftAtNs = nowNs;
    }

    boolean isUsed() {
        return used;
    }

    /// Arms the one check that can end the room, or disarms it.
    void update(long nowNs) {
        if (check != null) {
            check.cancel();
            check = null;
        }
        if (room.isClosed() || holds > 0 || room.countedParticipants() > 0) {
            return;
        }
        long atNs =
                used
                        ? leftAtNs + room.record().departureTimeout().toNanos()
                        : createdNs + room.record().emptyTimeout().toNanos();
        check =
                room.timers()
                        .startDecision(Math.max(atNs, nowNs), "", "empty room", room::closeIfEmpty);
    }

    boolean mayClose() {
        return holds == 0 && room.countedParticipants() == 0;
    }
}
