package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a client, and a node, write down.
class ClientLogsTest {
    private static final long MS = 1_000_000;

    @TempDir Path directory;

    @Test
    void theLongestSilenceThatTouchesATimeCounts() {
        var audio = new AudioLog();
        for (long ms : List.of(0, 40, 80, 1080, 1120, 3120, 3160)) {
            audio.onPacket(ms * MS, "anna");
        }
        assertThat(audio.longestGapMs("anna", 0, 1000 * MS)).isEqualTo(1000);
        assertThat(audio.longestGapMs("anna", 500 * MS, 3200 * MS)).isEqualTo(2000);
        assertThat(audio.longestGapMs("anna", 0, 60 * MS)).isZero();
        assertThat(audio.longestGapMs("anna", 3130 * MS, 4160 * MS)).isEqualTo(1000);
        assertThat(audio.longestGapMs("ben", 0, 5 * MS)).isEqualTo(5);
    }

    @Test
    void messagesAreCountedOnceAndMissedFromTheFirstOn() {
        var data = new DataLog();
        data.onMessage("PA_1", 1, "anna", 3);
        data.onMessage("PA_1", 2, "anna", 4);
        data.onMessage("PA_1", 2, "anna", 4);
        data.onMessage("PA_2", 1, "anna", 4);
        data.onMessage("PA_2", 2, "anna", 7);
        assertThat(data.count("anna", 8)).isEqualTo(new DataLog.Count(5, 2, 1));
        assertThat(data.repeats()).isEqualTo(1);
        assertThat(data.count("ben", 8)).isEqualTo(new DataLog.Count(0, 0, 0));
    }

    private static ParticipantInfo info(String identity, String sid, State state, int version) {
        return ParticipantInfo.newBuilder()
                .setIdentity(identity)
                .setSid(sid)
                .setState(state)
                .setVersion(version)
                .build();
    }

    @Test
    void aViewFollowsIdentitiesAsLivekitClientDoes() {
        var view = new ParticipantView("me");
        view.onJoin(List.of(info("anna", "PA_1", State.ACTIVE, 3)));
        view.onUpdate(5, List.of(info("me", "PA_0", State.ACTIVE, 1)));
        view.onUpdate(6, List.of(info("ben", "PA_2", State.ACTIVE, 1)));
        assertThat(view.others()).isEqualTo(Map.of("anna", "PA_1", "ben", "PA_2"));
        view.onUpdate(7, List.of(info("", "PA_1", State.DISCONNECTED, 4)));
        assertThat(view.others()).isEqualTo(Map.of("ben", "PA_2"));
        assertThat(view.farewells()).containsExactly(new ClientSight.Farewell(7, "anna", "PA_1"));
        view.onUpdate(8, List.of(info("ben", "PA_3", State.ACTIVE, 1)));
        assertThat(view.others()).isEqualTo(Map.of("ben", "PA_3"));
        assertThat(view.identity("PA_2")).isEqualTo("ben");
    }

    @Test
    void aJournalMayHoldHalfALineOfANodeThatWasKilled() throws IOException {
        String whole =
                "{\"ns\":%d,\"ms\":2,\"node\":\"a\",\"event\":\"owns\",\"room\":\"r\",\"epoch\":3,\"detail\":\"\"}";
        Path file = directory.resolve("journal");
        Files.writeString(
                file,
                whole.formatted(1)
                        + "\n{\"ns\":5,\"ms\":9,\"no"
                        + whole.formatted(7)
                        + "\n{\"ns\":8,\"ms");
        assertThat(JournalEntry.read(file)).extracting(JournalEntry::ns).containsExactly(1L, 7L);
        assertThat(JournalEntry.read(directory.resolve("none"))).isEmpty();
    }

    @Test
    void percentilesGoByNearestRank() {
        var hundred =
                Percentiles.of(java.util.stream.LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(hundred.at(50)).isEqualTo(50);
        assertThat(hundred.at(99)).isEqualTo(99);
        assertThat(hundred.max()).isEqualTo(100);
        assertThat(Percentiles.of(List.of()).at(50)).isZero();
    }
}
