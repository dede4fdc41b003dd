package io.parley.room;

import io.parley.auth.ApiKeys;
import io.parley.auth.SecretSeal;
import io.parley.auth.TokenMint;
import io.parley.store.ObjectStore.StoredRoom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import livekit.LivekitRoom.CreateRoomRequest;
import org.jspecify.annotations.Nullable;

/// A room in virtual time with fake media, for tests.
final class RoomBench {
    static final long EPOCH_MS = 1_700_000_000_000L;

    final FakeMedia media = new FakeMedia();
    final List<RoomEvent> events = new ArrayList<>();
    final Room room;
    long nowNs = 1_000_000_000L;
    boolean isFenced;

    RoomBench() {
        this(RoomSettings.defaults("ND_test", "here"));
    }

    static RoomBench with(RoomSettings.Switches switches) {
        var usual = RoomSettings.defaults("ND_test", "");
        return new RoomBench(
                new RoomSettings(
                        usual.server(),
                        usual.iceServers(),
                        usual.presets(),
                        usual.defaults(),
                        usual.limits(),
                        usual.media(),
                        switches));
    }

    RoomBench(RoomSettings settings) {
        room = Room.create(nowNs, "room", given(settings, 7));
    }

    /// Another node's bench that goes on with what this one has stored.
    private RoomBench(StoredRoom stored) {
        media.fingerprint = "CC:DD";
        var given = given(RoomSettings.defaults("ND_other", "there"), 8);
        room = Room.restore(nowNs, stored.record().orElseThrow(), stored, given);
    }

    RoomBench takenOver() {
        var changes = room.unsaved();
        room.participants().forEach(changes::onChanged);
        changes.onRoomEvent(new RoomEvent.RoomUpdated(room.proto()));
        var taken = changes.take(true);
        return new RoomBench(new StoredRoom(taken.record(), List.copyOf(taken.stored().values())));
    }

    private RoomSurroundings given(RoomSettings settings, int seed) {
        return new RoomSurroundings(
                (long) seed << 16,
                settings,
                media,
                (_, core) -> event -> core.onPeerEvent(nowNs, event),
                new TokenMint(new ApiKeys(Map.of("key", "secret"))),
                new SecretSeal(new ApiKeys(Map.of("key", "secret"))),
                new WallTime(EPOCH_MS),
                new Random(seed),
                (_, event) -> events.add(event),
                LaunchPoints.NONE,
                () -> isFenced);
    }

    RoomBench started() {
        room.start(nowNs, CreateRoomRequest.getDefaultInstance());
        return this;
    }

    TestClient client(String identity) {
        return new TestClient(this, identity);
    }

    /// Lets time pass, timer by timer.
    void advance(Duration duration) {
        long untilNs = nowNs + duration.toNanos();
        while (room.timers().nextWakeNs() <= untilNs) {
            nowNs = Math.max(nowNs, room.timers().nextWakeNs());
            var due = room.timers().pollDue(nowNs);
            if (due != null) {
                due.run(nowNs);
            }
        }
        nowNs = untilNs;
    }

    void advanceMs(long ms) {
        advance(Duration.ofMillis(ms));
    }

    void advanceSeconds(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    <T extends RoomEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Nullable Participant participant(String identity) {
        return room.byIdentity(identity);
    }
}
