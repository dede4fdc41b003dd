package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.parley.TestNode;
import java.time.Duration;
import java.util.List;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.RpcAck;
import livekit.LivekitModels.RpcRequest;
import livekit.LivekitModels.RpcResponse;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.DeleteRoomResponse;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.RemoveParticipantResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.SendDataResponse;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What participants and the room API do to a room, on one node and on two, with Redis and without.
@ParameterizedClass
@EnumSource(Deployment.Shape.class)
class RoomScenarioTest {
    private final String room = Deployment.newRoom();
    private final Deployment deployment;

    RoomScenarioTest(Deployment.Shape shape) {
        deployment = Deployment.of(shape);
    }

    private TestNode nodeOf(String identity) {
        return identity.equals("anna") ? deployment.first() : deployment.last();
    }

    private TestClient join(String identity) {
        return join(JoinOptions.of(room, identity));
    }

    private TestClient join(JoinOptions options) {
        return TestClient.join(nodeOf(options.identity()), options);
    }

    private Room create(CreateRoomRequest.Builder request) {
        return deployment
                .api()
                .call("CreateRoom", room, request.setName(room).build(), Room.parser());
    }

    private boolean exists() {
        return !deployment
                .api()
                .call(
                        "ListRooms",
                        room,
                        ListRoomsRequest.newBuilder().addNames(room).build(),
                        ListRoomsResponse.parser())
                .getRoomsList()
                .isEmpty();
    }

    private RoomParticipantIdentity named(String identity) {
        return RoomParticipantIdentity.newBuilder().setRoom(room).setIdentity(identity).build();
    }

    // ---- data

    @Test
    void dataReachesEverybodyElseOrThoseItNames() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben");
                TestClient carl = join(JoinOptions.of(room, "carl").withSingle(true))) {
            anna.sendUserData("all", "hello", List.of());
            DataPacket packet = ben.awaitMessage("all");
            carl.awaitMessage("all");
            assertThat(packet.getUser().getPayload().toStringUtf8()).isEqualTo("hello");
            assertThat(packet.getParticipantIdentity()).isEqualTo("anna");
            assertThat(packet.getParticipantSid()).isEqualTo(anna.sid());
            anna.sendUserData("one", "psst", List.of("carl"));
            carl.awaitMessage("one");
            carl.sendUserData("last", "bye", List.of());
            ben.awaitMessage("last");
            anna.awaitMessage("last");
            assertThat(ben.message("one")).isEmpty();
            assertThat(anna.message("all")).isEmpty();
        }
    }

    @Test
    void rpcPacketsPassBetweenTwoParticipants() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            anna.sendData(
                    DataPacket.newBuilder()
                            .addDestinationIdentities("ben")
                            .setRpcRequest(
                                    RpcRequest.newBuilder()
                                            .setId("1")
                                            .setMethod("greet")
                                            .setPayload("anna"))
                            .build());
            ben.await("request", () -> ben.data.stream().anyMatch(DataPacket::hasRpcRequest));
            ben.sendData(
                    DataPacket.newBuilder()
                            .addDestinationIdentities("anna")
                            .setRpcAck(RpcAck.newBuilder().setRequestId("1"))
                            .build());
            ben.sendData(
                    DataPacket.newBuilder()
                            .addDestinationIdentities("anna")
                            .setRpcResponse(
                                    RpcResponse.newBuilder()
                                            .setRequestId("1")
                                            .setPayload("hello anna"))
                            .build());
            anna.await("ack", () -> anna.data.stream().anyMatch(DataPacket::hasRpcAck));
            anna.await("response", () -> anna.data.stream().anyMatch(DataPacket::hasRpcResponse));
        }
    }

    @Test
    void dataWithoutPermissionGoesNowhere() {
        try (TestClient anna =
                        join(JoinOptions.of(room, "anna").withGrants("\"canPublishData\":false"));
                TestClient ben = join("ben")) {
            anna.sendUserData("forbidden", "x", List.of());
            ben.sendUserData("allowed", "y", List.of());
            anna.awaitMessage("allowed");
            assertThat(
                            Waiting.within(
                                    Duration.ofMillis(300),
                                    () -> ben.message("forbidden").isPresent()))
                    .isFalse();
        }
    }

    @Test
    void theApiSendsDataToo() {
        try (TestClient anna = join("anna")) {
            deployment
                    .api()
                    .call(
                            "SendData",
                            room,
                            SendDataRequest.newBuilder()
                                    .setRoom(room)
                                    .setTopic("api")
                                    .setData(ByteString.copyFromUtf8("from the api"))
                                    .build(),
                            SendDataResponse.parser());
            assertThat(anna.awaitMessage("api").getUser().getPayload().toStringUtf8())
                    .isEqualTo("from the api");
        }
    }

    // ---- who may be there

    @Test
    void theNewcomerOfAnIdentityReplacesTheOldOne() {
        try (TestClient watcher = join("watcher");
                TestClient old = join("anna");
                TestClient fresh = join("anna")) {
            LeaveRequest leave = old.awaitLeave();
            assertThat(leave.getReason()).isEqualTo(DisconnectReason.DUPLICATE_IDENTITY);
            assertThat(leave.getAction()).isEqualTo(LeaveRequest.Action.DISCONNECT);
            old.awaitClosed();
            assertThat(fresh.sid()).isNotEqualTo(old.sid());
            watcher.awaitParticipant("anna", info -> info.getSid().equals(fresh.sid()));
            fresh.sendUserData("still", "here", List.of());
            watcher.awaitMessage("still");
        }
    }

    @Test
    void aFullRoomRefusesAtOnce() {
        create(CreateRoomRequest.newBuilder().setMaxParticipants(1));
        try (TestClient anna = join("anna")) {
            long before = System.nanoTime();
            assertThatThrownBy(() -> join("ben"))
                    .isInstanceOfSatisfying(
                            SignalSocket.Refused.class,
                            refused -> assertThat(refused.status).isEqualTo(429));
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(2));
            anna.leave();
            try (TestClient ben = join("ben")) {
                assertThat(ben.sid()).isNotEmpty();
            }
        }
    }

    @Test
    void aHiddenParticipantIsSeenByNobodyButHears() {
        try (TestClient anna = join("anna");
                TestClient hidden =
                        join(JoinOptions.of(room, "hidden").withGrants("\"hidden\":true"));
                TestClient ben = join("ben")) {
            anna.awaitParticipant("ben", _ -> true);
            assertThat(anna.participant("hidden")).isEmpty();
            assertThat(ben.participant("hidden")).isEmpty();
            var audio = anna.publishAudio("microphone");
            hidden.awaitMedia(audio.sid(), 10);
            anna.sendUserData("to all", "x", List.of());
            hidden.awaitMessage("to all");
        }
    }

    @Test
    void aRecorderIsAnnouncedByTheRoom() {
        try (TestClient anna = join("anna")) {
            try (TestClient recorder =
                    join(
                            JoinOptions.of(room, "recorder")
                                    .withGrants("\"recorder\":true,\"hidden\":true"))) {
                anna.awaitHeard(
                        "recording begins",
                        response ->
                                response.hasRoomUpdate()
                                        && response.getRoomUpdate().getRoom().getActiveRecording());
                anna.heard.clear();
                recorder.leave();
            }
            anna.awaitHeard(
                    "recording ends",
                    response ->
                            response.hasRoomUpdate()
                                    && !response.getRoomUpdate().getRoom().getActiveRecording());
        }
    }

    @Test
    void aRemovedParticipantIsToldAndGone() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            deployment
                    .api()
                    .call(
                            "RemoveParticipant",
                            room,
                            named("anna"),
                            RemoveParticipantResponse.parser());
            assertThat(anna.awaitLeave().getReason())
                    .isEqualTo(DisconnectReason.PARTICIPANT_REMOVED);
            anna.awaitClosed();
            ben.awaitGone("anna");
        }
    }

    // ---- what they say about themselves

    @Test
    void metadataNameAndAttributesReachEverybody() {
        JoinOptions options =
                JoinOptions.of(room, "anna")
                        .withGrants("\"canUpdateOwnMetadata\":true")
                        .withClaims(
                                "\"metadata\":\"m0\",\"attributes\":{\"k\":\"v0\",\"x\":\"y\"}");
        try (TestClient anna = join(options);
                TestClient ben = join("ben")) {
            ParticipantInfo first = ben.awaitParticipant("anna", _ -> true);
            assertThat(first.getMetadata()).isEqualTo("m0");
            assertThat(first.getAttributesMap()).containsEntry("k", "v0");
            anna.send(
                    SignalRequest.newBuilder()
                            .setUpdateMetadata(
                                    UpdateParticipantMetadata.newBuilder()
                                            .setRequestId(7)
                                            .setName("Anna!")
                                            .setMetadata("m1")
                                            .putAttributes("k", "v1")
                                            .putAttributes("x", "")));
            ParticipantInfo changed =
                    ben.awaitParticipant("anna", info -> info.getMetadata().equals("m1"));
            assertThat(changed.getName()).isEqualTo("Anna!");
            assertThat(changed.getAttributesMap())
                    .containsExactlyEntriesOf(java.util.Map.of("k", "v1"));
            anna.awaitHeard(
                    "confirmation",
                    response ->
                            response.hasRequestResponse()
                                    && response.getRequestResponse().getRequestId() == 7);
            assertThat(anna.refreshToken()).isNotEmpty();
        }
    }

    @Test
    void permissionsChangedByTheApiTakeEffect() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            var audio = anna.publishAudio("microphone");
            ben.awaitMedia(audio.sid(), 5);
            deployment
                    .api()
                    .call(
                            "UpdateParticipant",
                            room,
                            UpdateParticipantRequest.newBuilder()
                                    .setRoom(room)
                                    .setIdentity("anna")
                                    .setPermission(
                                            ParticipantPermission.newBuilder()
                                                    .setCanSubscribe(true))
                                    .build(),
                            ParticipantInfo.parser());
            anna.awaitHeard("unpublished", SignalResponse::hasTrackUnpublished);
            ben.awaitParticipant(
                    "anna",
                    info -> info.getTracksCount() == 0 && !info.getPermission().getCanPublish());
            ben.await("no more audio", () -> ben.received(audio.sid()).isEmpty());
        }
    }

    @Test
    void theApiMutesATrack() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            var audio = anna.publishAudio("microphone");
            ben.awaitMedia(audio.sid(), 5);
            deployment
                    .api()
                    .call(
                            "MutePublishedTrack",
                            room,
                            MuteRoomTrackRequest.newBuilder()
                                    .setRoom(room)
                                    .setIdentity("anna")
                                    .setTrackSid(audio.sid())
                                    .setMuted(true)
                                    .build(),
                            MuteRoomTrackResponse.parser());
            anna.awaitHeard("mute", SignalResponse::hasMute);
            ben.awaitParticipant("anna", info -> info.getTracks(0).getMuted());
        }
    }

    // ---- rooms

    @Test
    void roomMetadataReachesEverybody() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            deployment
                    .api()
                    .call(
                            "UpdateRoomMetadata",
                            room,
                            UpdateRoomMetadataRequest.newBuilder()
                                    .setRoom(room)
                                    .setMetadata("topic of the day")
                                    .build(),
                            Room.parser());
            for (TestClient client : List.of(anna, ben)) {
                client.awaitHeard(
                        "room update",
                        response ->
                                response.hasRoomUpdate()
                                        && response.getRoomUpdate()
                                                .getRoom()
                                                .getMetadata()
                                                .equals("topic of the day"));
            }
        }
    }

    @Test
    void aRoomThatNobodyEntersEnds() {
        create(CreateRoomRequest.newBuilder().setEmptyTimeout(1));
        assertThat(exists()).isTrue();
        Waiting.until("the empty room ends", () -> !exists());
    }

    @Test
    void aRoomThatEverybodyLeftEndsAndCanBeHadAnew() {
        create(CreateRoomRequest.newBuilder().setDepartureTimeout(1));
        String sid;
        try (TestClient anna = join("anna")) {
            sid = anna.joinResponse().getRoom().getSid();
            assertThat(exists()).isTrue();
            anna.leave();
        }
        Waiting.until("the left room ends", () -> !exists());
        try (TestClient ben = join("ben")) {
            assertThat(ben.joinResponse().getRoom().getSid()).isNotEqualTo(sid);
        }
    }

    @Test
    void aDeletedRoomSendsEverybodyHome() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            deployment
                    .api()
                    .call(
                            "DeleteRoom",
                            room,
                            DeleteRoomRequest.newBuilder().setRoom(room).build(),
                            DeleteRoomResponse.parser());
            for (TestClient client : List.of(anna, ben)) {
                assertThat(client.awaitLeave().getReason())
                        .isEqualTo(DisconnectReason.ROOM_DELETED);
                client.awaitClosed();
            }
            Waiting.until("the room is gone", () -> !exists());
        }
    }

    // ---- coming back

    @Test
    void aResumeKeepsTheSessionItsTracksAndItsMedia() {
        try (TestClient anna = join("anna");
                TestClient ben = join("ben")) {
            var audio = anna.publishAudio("microphone");
            var video = ben.publishVideo("camera", true);
            ben.awaitMedia(audio.sid(), 5);
            anna.awaitMedia(video.sid(), 5);
            String sid = anna.sid();
            anna.dropSignal();
            ben.awaitMedia(audio.sid(), 20);
            SignalResponse first = anna.resume(deployment.last());
            assertThat(first.hasReconnect()).as(first.toString()).isTrue();
            SignalResponse update = anna.awaitHeard("participants", SignalResponse::hasUpdate);
            assertThat(update.getUpdate().getParticipantsList())
                    .extracting(ParticipantInfo::getIdentity)
                    .contains("anna", "ben");
            anna.awaitHeard("the room", SignalResponse::hasRoomUpdate);
            anna.awaitHeard("the server's offer", SignalResponse::hasOffer);
            assertThat(anna.participant("anna").orElseThrow().getSid()).isEqualTo(sid);
            ben.awaitMedia(audio.sid(), 20);
            anna.awaitMedia(video.sid(), 20);
            anna.sendUserData("after", "resume", List.of());
            ben.awaitMessage("after");
        }
    }

    @Test
    void aResumeOfNobodyIsSentBackToJoinAnew() {
        try (TestClient ben = join("ben");
                TestClient anna = join("anna")) {
            anna.dropSignal();
            deployment
                    .api()
                    .call(
                            "RemoveParticipant",
                            room,
                            named("anna"),
                            RemoveParticipantResponse.parser());
            ben.awaitGone("anna");
            SignalResponse first = anna.resume(deployment.first());
            assertThat(first.hasLeave()).as(first.toString()).isTrue();
            assertThat(first.getLeave().getAction()).isEqualTo(LeaveRequest.Action.RECONNECT);
            anna.awaitClosed();
        }
    }

    @Test
    void aResumeDoesNotCreateARoom() {
        TestClient anna = join("anna");
        anna.dropSignal();
        deployment
                .api()
                .call(
                        "DeleteRoom",
                        room,
                        DeleteRoomRequest.newBuilder().setRoom(room).build(),
                        DeleteRoomResponse.parser());
        Waiting.until("the room is gone", () -> !exists());
        SignalResponse first = anna.resume(deployment.last());
        assertThat(first.getLeave().getAction()).isEqualTo(LeaveRequest.Action.RECONNECT);
        assertThat(exists()).isFalse();
        anna.close();
    }

    @Test
    void aWebsocketLostBeforeMediaEndsTheParticipantAtOnce() {
        try (TestClient ben = join("ben")) {
            TestClient anna =
                    TestClient.connectSignalOnly(nodeOf("anna"), JoinOptions.of(room, "anna"));
            ben.awaitParticipant("anna", _ -> true);
            anna.dropSignal();
            ben.awaitGone("anna");
            anna.close();
        }
    }
}
