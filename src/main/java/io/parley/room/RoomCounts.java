package io.parley.room;

import java.time.Duration;

/// How many there are and how many publish: told every 5 s at most, unlike everything else of the
/// room (signal.md §3.9). Owned by its room.
final class RoomCounts {
    private static final long TOLD_NS = Duration.ofSeconds(5).toNanos();

    private final Room room;
    private boolean due;

    RoomCounts(Room room) {
        this.room = room;
    }

    void onChanged(long nowNs) {
        if (!due) {
            due = true;
            room.timers().start(nowNs + TOLD_NS, "", "room counts", this::tell);
        }
    }

    private void tell(long nowNs) {
        due = false;
        refresh();
        if (room.record().haveCountsChanged()) {
            room.sendRoomUpdate(nowNs);
        }
    }

    void refresh() {
        int publishers = 0;
        for (var participant : room.participants()) {
            publishers += participant.isPublisher() ? 1 : 0;
        }
        room.record().counts(room.countedParticipants(), publishers);
    }
}
