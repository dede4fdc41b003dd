package io.parley.room;

import io.parley.room.JoinOutcome.Refusal;
import java.util.Optional;
import livekit.LivekitRoom.CreateRoomRequest;
import org.jspecify.annotations.Nullable;

/// Why a client may not come in, or a room not come to life. Owned by its room.
final class JoinObjections {
    private final Room room;

    JoinObjections(Room room) {
        this.room = room;
    }

    /// What a join that brings this would hear now; of those present its identity would go.
    Optional<Refusal> toJoin(ParticipantInit init) {
        if (room.metadata().isTooLargeMetadata(init.grants().metadata())) {
            return Optional.of(Refusal.METADATA_TOO_LARGE);
        }
        if (room.metadata().areTooLargeAttributes(init.grants().attributes())) {
            return Optional.of(Refusal.ATTRIBUTES_TOO_LARGE);
        }
        if (init.reconnect()) {
            return Optional.empty();
        }
        var options = toStart(init.session().getCreateRoom());
        if (options.isPresent()) {
            return options;
        }
        return isFull(init, room.byIdentity(init.identity()))
                ? Optional.of(Refusal.ROOM_FULL)
                : Optional.empty();
    }

    /// CreateRoom, where any egress wants somebody who records.
    Optional<Refusal> toCreate(CreateRoomRequest request) {
        boolean records = request.hasEgress() && !room.isStarted();
        return records && !room.given().launch().hasEgress()
                ? Optional.of(Refusal.EGRESS_MISSING)
                : toStart(request);
    }

    /// Options count only for a room that nobody has started.
    Optional<Refusal> toStart(CreateRoomRequest options) {
        if (room.isStarted()) {
            return Optional.empty();
        }
        var presets = room.settings().presets();
        if (!presets.isKnown(options)) {
            return Optional.of(Refusal.UNKNOWN_PRESET);
        }
        boolean records = presets.filled(options).getEgress().hasRoom();
        return records && !room.given().launch().hasEgress()
                ? Optional.of(Refusal.EGRESS_MISSING)
                : Optional.empty();
    }

    /// Counted at this very moment: two last-place joins cannot both win.
    private boolean isFull(ParticipantInit init, @Nullable Participant replaced) {
        int limit = room.isStarted() ? room.record().maxParticipants() : firstLimit(init);
        if (limit == 0 || init.grants().isDependent()) {
            return false;
        }
        int others = room.countedParticipants();
        if (replaced != null && !replaced.isDependent()) {
            others--;
        }
        return others >= limit;
    }

    private int firstLimit(ParticipantInit init) {
        var options = room.settings().presets().filled(init.session().getCreateRoom());
        int asked = options.getMaxParticipants();
        return asked > 0 ? asked : room.record().maxParticipants();
    }
}
