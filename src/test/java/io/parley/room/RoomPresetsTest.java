package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.room.JoinOutcome.Refusal;
import java.util.Map;
import livekit.LivekitAgentDispatch.RoomAgentDispatch;
import livekit.LivekitEgress.RoomCompositeEgressRequest;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.RoomConfiguration;
import livekit.LivekitRoom.RoomEgress;
import org.junit.jupiter.api.Test;

class RoomPresetsTest {
    private static final RoomEgress RECORDED =
            RoomEgress.newBuilder()
                    .setRoom(RoomCompositeEgressRequest.getDefaultInstance())
                    .build();

    private static final RoomPresets PRESETS =
            new RoomPresets(
                    Map.of(
                            "lesson",
                            RoomConfiguration.newBuilder()
                                    .setEmptyTimeout(60)
                                    .setDepartureTimeout(7)
                                    .setMaxParticipants(1)
                                    .setMetadata("about it")
                                    .addAgents(
                                            RoomAgentDispatch.newBuilder().setAgentName("teacher"))
                                    .build(),
                            "recorded",
                            RoomConfiguration.newBuilder().setEgress(RECORDED).build()));

    private final RoomBench bench = new RoomBench(settings());

    private static RoomSettings settings() {
        var usual = RoomSettings.defaults("ND_test", "here");
        return new RoomSettings(
                usual.server(),
                usual.iceServers(),
                PRESETS,
                usual.defaults(),
                usual.limits(),
                usual.media(),
                usual.switches());
    }

    private RoomApi.Outcome create(CreateRoomRequest.Builder request) {
        return bench.room.api().call(bench.nowNs, "CreateRoom", request.build().toByteArray());
    }

    @Test
    void fillsInWhatTheRequestLeavesOpen() {
        var outcome =
                create(
                        CreateRoomRequest.newBuilder()
                                .setRoomPreset("lesson")
                                .setMaxParticipants(5));

        assertThat(outcome).isInstanceOf(RoomApi.Outcome.Answer.class);
        Room room = (Room) ((RoomApi.Outcome.Answer) outcome).message();
        assertThat(room.getEmptyTimeout()).isEqualTo(60);
        assertThat(room.getDepartureTimeout()).isEqualTo(7);
        assertThat(room.getMaxParticipants()).isEqualTo(5);
        assertThat(room.getMetadata()).isEqualTo("about it");
        assertThat(bench.events(RoomEvent.RoomStarted.class).getFirst().internal())
                .matches(internal ->
                        internal.getAgentDispatchesList().size() == 1
                                && internal.getAgentDispatches(0).getAgentName().equals("teacher"));
    }

    @Test
    void aTokensPresetMakesTheRoomOfTheFirstWhoJoins() {
        bench.client("anna").preset("lesson").join();

        assertThat(bench.room.proto().getMetadata()).isEqualTo("about it");
        assertThat(bench.client("ben").preset("nobody's").tryJoin())
                .as("of a live room options are ignored, its limit is not")
                .isEqualTo(new JoinOutcome.Refused(Refusal.ROOM_FULL));
    }

    @Test
    void refusesAnUnknownPresetAndDropsTheRoom() {
        assertThat(bench.client("anna").preset("nobody's").tryJoin())
                .isEqualTo(new JoinOutcome.Refused(Refusal.UNKNOWN_PRESET));
        assertThat(bench.room.isClosed()).isTrue();
    }

    @Test
    void refusesAnUnknownPresetOfTheApi() {
        assertThat(create(CreateRoomRequest.newBuilder().setRoomPreset("nobody's")))
                .isEqualTo(
                        new RoomApi.Outcome.Failure(
                                "invalid_argument",
                                "unknown room configuration in create room request"));
    }

    @Test
    void refusesToPromiseARecordingThatNobodyMakes() {
        assertThat(create(CreateRoomRequest.newBuilder().setEgress(RECORDED)))
                .isEqualTo(
                        new RoomApi.Outcome.Failure(
                                "internal", "egress not connected (redis required)"));
        assertThat(new RoomBench(settings()).client("anna").preset("recorded").tryJoin())
                .isEqualTo(new JoinOutcome.Refused(Refusal.EGRESS_MISSING));
    }
}
