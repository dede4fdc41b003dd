package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.parley.media.PeerCommand;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import livekit.LivekitRoom.UpdateSubscriptionsRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

class RoomApiTest {
    private final RoomBench bench = new RoomBench();

    private Message call(String method, Message request) {
        var outcome = bench.room.api().call(bench.nowNs, method, request.toByteArray());
        assertThat(outcome).isInstanceOf(RoomApi.Outcome.Answer.class);
        return ((RoomApi.Outcome.Answer) outcome).message();
    }

    private String failure(String method, Message request) {
        var outcome = bench.room.api().call(bench.nowNs, method, request.toByteArray());
        assertThat(outcome).isInstanceOf(RoomApi.Outcome.Failure.class);
        return ((RoomApi.Outcome.Failure) outcome).code();
    }

    private static RoomParticipantIdentity who(String identity) {
        return RoomParticipantIdentity.newBuilder().setRoom("room").setIdentity(identity).build();
    }

    @Test
    void createsOnceAndIgnoresLaterOptions() {
        var request =
                CreateRoomRequest.newBuilder().setName("room").setEmptyTimeout(60).setMetadata("m");
        var room = (livekit.LivekitModels.Room) call("CreateRoom", request.build());
        assertThat(room.getEmptyTimeout()).isEqualTo(60);
        assertThat(room.getMetadata()).isEqualTo("m");
        assertThat(room.getSid()).startsWith("RM_");
        var again = call("CreateRoom", request.setEmptyTimeout(70).build());
        assertThat(again).isEqualTo(room);
        assertThat(bench.events(RoomEvent.RoomStarted.class)).hasSize(1);
        assertThat(
                        bench.events(RoomEvent.RoomStarted.class)
                                .getFirst()
                                .internal()
                                .getAgentDispatchesCount())
                .isEqualTo(1);
    }

    @Test
    void listsWhatIsThere() {
        assertThat(
                        ((ListRoomsResponse)
                                        call("ListRooms", ListRoomsRequest.getDefaultInstance()))
                                .getRoomsList())
                .isEmpty();
        bench.client("alice").joinActive();
        assertThat(
                        ((ListRoomsResponse)
                                        call("ListRooms", ListRoomsRequest.getDefaultInstance()))
                                .getRooms(0)
                                .getNumParticipants())
                .isEqualTo(1);
        assertThat(
                        ((ListParticipantsResponse)
                                        call(
                                                "ListParticipants",
                                                ListParticipantsRequest.getDefaultInstance()))
                                .getParticipantsList())
                .extracting(ParticipantInfo::getIdentity)
                .containsExactly("alice");
        assertThat(((ParticipantInfo) call("GetParticipant", who("alice"))).getState())
                .isEqualTo(ParticipantInfo.State.ACTIVE);
        assertThat(failure("GetParticipant", who("bob"))).isEqualTo("not_found");
    }

    @Test
    void removesAndDeletes() {
        assertThat(failure("DeleteRoom", DeleteRoomRequest.getDefaultInstance()))
                .isEqualTo("not_found");
        var alice = bench.client("alice").joinActive();
        var bob = bench.client("bob").joinActive();
        call("RemoveParticipant", who("alice"));
        assertThat(alice.last(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.PARTICIPANT_REMOVED);
        assertThat(bob.told("alice").getLast().getDisconnectReason())
                .isEqualTo(DisconnectReason.PARTICIPANT_REMOVED);
        assertThat(failure("RemoveParticipant", who("alice"))).isEqualTo("not_found");
        call("DeleteRoom", DeleteRoomRequest.getDefaultInstance());
        assertThat(bob.last(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.ROOM_DELETED);
        assertThat(bench.events.getLast())
                .isInstanceOfSatisfying(
                        RoomEvent.RoomFinished.class,
                        end -> assertThat(end.end()).isEqualTo(RoomEvent.RoomEnd.API_DELETE));
        assertThat(bench.room.timers().size()).isZero();
        assertThat(failure("CreateRoom", CreateRoomRequest.getDefaultInstance()))
                .isEqualTo("unavailable");
    }

    @Test
    void mutesButDoesNotUnmute() {
        var alice = bench.client("alice").joinActive();
        var track = alice.publish(TestClient.microphone("m"));
        var request =
                MuteRoomTrackRequest.newBuilder().setIdentity("alice").setTrackSid(track.getSid());
        var response =
                (MuteRoomTrackResponse) call("MutePublishedTrack", request.setMuted(true).build());
        assertThat(response.getTrack().getMuted()).isTrue();
        assertThat(alice.last(MessageCase.MUTE).getMute().getMuted()).isTrue();
        assertThat(failure("MutePublishedTrack", request.setMuted(false).build()))
                .isEqualTo("failed_precondition");
        var unknown = request.setMuted(true).setTrackSid("TR_x").build();
        assertThat(((MuteRoomTrackResponse) call("MutePublishedTrack", unknown)).hasTrack())
                .isFalse();
        assertThat(failure("MutePublishedTrack", request.setIdentity("bob").build()))
                .isEqualTo("unavailable");
    }

    @Test
    void updatesAParticipantAndItsPermissions() {
        var alice = bench.client("alice").joinActive();
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(TestClient.camera("c"));
        bench.advanceMs(200);
        bob.answer();
        alice.forget();
        var permission = ParticipantPermission.newBuilder().setCanSubscribe(true);
        var request =
                UpdateParticipantRequest.newBuilder()
                        .setIdentity("alice")
                        .setName("Alice")
                        .putAttributes("a", "1")
                        .setPermission(permission);
        var info = (ParticipantInfo) call("UpdateParticipant", request.build());
        assertThat(info.getName()).isEqualTo("Alice");
        assertThat(info.getAttributesMap()).containsEntry("a", "1");
        assertThat(info.getTracksList()).isEmpty();
        assertThat(alice.last(MessageCase.TRACK_UNPUBLISHED).getTrackUnpublished().getTrackSid())
                .isEqualTo(track.getSid());
        assertThat(alice.told("alice").getFirst().getPermission().getCanPublish()).isFalse();
        assertThat(alice.has(MessageCase.REFRESH_TOKEN)).isTrue();
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).hasSize(1);
        assertThat(failure("UpdateParticipant", request.setName("x".repeat(257)).build()))
                .isEqualTo("invalid_argument");
        assertThat(failure("UpdateParticipant", request.setIdentity("zoe").build()))
                .isEqualTo("not_found");
    }

    @Test
    void revokedAndRegrantedSubscriptionsComeBack() {
        var alice = bench.client("alice").joinActive();
        alice.publish(TestClient.camera("c"));
        var bob = bench.client("bob").joinActive();
        var request = UpdateParticipantRequest.newBuilder().setIdentity("bob");
        call(
                "UpdateParticipant",
                request.setPermission(ParticipantPermission.newBuilder().setCanPublish(true))
                        .build());
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).hasSize(1);
        call(
                "UpdateParticipant",
                request.setPermission(ParticipantPermission.newBuilder().setCanSubscribe(true))
                        .build());
        bench.advanceMs(200);
        bob.answer();
        bench.advanceMs(200);
        assertThat(bob.last(MessageCase.OFFER).getOffer().getMidToTrackIdMap()).hasSize(1);
    }

    @Test
    void subscribesForAParticipant() {
        var alice = bench.client("alice").joinActive();
        var track = alice.publish(TestClient.camera("c"));
        var bob = bench.client("bob").joinActive();
        call(
                "UpdateSubscriptions",
                UpdateSubscriptionsRequest.newBuilder()
                        .setIdentity("bob")
                        .addTrackSids(track.getSid())
                        .build());
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).hasSize(1);
        assertThat(
                        failure(
                                "UpdateSubscriptions",
                                UpdateSubscriptionsRequest.newBuilder().setIdentity("x").build()))
                .isEqualTo("unavailable");
    }

    @Test
    void sendsData() {
        var alice = bench.client("alice").joinActive();
        var request =
                SendDataRequest.newBuilder().setData(ByteString.copyFromUtf8("x")).setTopic("t");
        call("SendData", request.build());
        assertThat(alice.subscriber().all(PeerCommand.SendData.class)).hasSize(1);
        assertThat(failure("SendData", request.setNonce(ByteString.copyFromUtf8("short")).build()))
                .isEqualTo("invalid_argument");
    }

    @Test
    void updatesTheRoomsMetadata() {
        var request = UpdateRoomMetadataRequest.newBuilder().setMetadata("new");
        assertThat(failure("UpdateRoomMetadata", request.build())).isEqualTo("not_found");
        var alice = bench.client("alice").joinActive();
        call("UpdateRoomMetadata", request.build());
        assertThat(alice.last(MessageCase.ROOM_UPDATE).getRoomUpdate().getRoom().getMetadata())
                .isEqualTo("new");
        assertThat(bench.events(RoomEvent.RoomUpdated.class)).isNotEmpty();
        assertThat(
                        failure(
                                "UpdateRoomMetadata",
                                request.setMetadata("x".repeat(512 * 1024 + 1)).build()))
                .isEqualTo("invalid_argument");
        assertThat(failure("Unheard", request.build())).isEqualTo("unimplemented");
    }
}
