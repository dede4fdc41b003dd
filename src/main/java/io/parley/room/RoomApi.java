package io.parley.room;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomResponse;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.RemoveParticipantResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.SendDataResponse;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import livekit.LivekitRoom.UpdateSubscriptionsRequest;
import livekit.LivekitRoom.UpdateSubscriptionsResponse;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.UpdateSubscription;

/// The server API's methods as far as this room answers them (server.md §1.6); who may call them
/// was checked where the request came in. Owned by its room.
public final class RoomApi {
    private static final int NONCE_BYTES = 16;

    private final Room room;

    RoomApi(Room room) {
        this.room = room;
    }

    /// An answer, or a Twirp error.
    public sealed interface Outcome {
        record Answer(Message message) implements Outcome {}

        record Failure(String code, String text) implements Outcome {}
    }

    /// `method` is the Twirp name, `body` its request message.
    public Outcome call(long nowNs, String method, byte[] body) {
        try {
            return switch (method) {
                case "CreateRoom" -> createRoom(nowNs, CreateRoomRequest.parseFrom(body));
                case "ListRooms" -> listRooms();
                case "DeleteRoom" -> deleteRoom(nowNs);
                case "ListParticipants" -> listParticipants();
                case "GetParticipant" -> getParticipant(RoomParticipantIdentity.parseFrom(body));
                case "RemoveParticipant" ->
                        removeParticipant(nowNs, RoomParticipantIdentity.parseFrom(body));
                case "MutePublishedTrack" ->
                        mutePublishedTrack(nowNs, MuteRoomTrackRequest.parseFrom(body));
                case "UpdateParticipant" ->
                        updateParticipant(nowNs, UpdateParticipantRequest.parseFrom(body));
                case "UpdateSubscriptions" ->
                        updateSubscriptions(nowNs, UpdateSubscriptionsRequest.parseFrom(body));
                case "SendData" -> sendData(nowNs, SendDataRequest.parseFrom(body));
                case "UpdateRoomMetadata" ->
                        updateRoomMetadata(nowNs, UpdateRoomMetadataRequest.parseFrom(body));
                default -> new Outcome.Failure("unimplemented", "not implemented");
            };
        } catch (InvalidProtocolBufferException _) {
            return new Outcome.Failure("malformed", "the protobuf request could not be decoded");
        }
    }

    private Outcome createRoom(long nowNs, CreateRoomRequest request) {
        if (room.isClosed()) {
            return new Outcome.Failure("unavailable", "room is closing");
        }
        var objection = room.objections().toCreate(request);
        if (objection.isPresent()) {
            room.giveUpUnstarted(nowNs);
            return new Outcome.Failure(objection.get().code(), objection.get().text());
        }
        room.start(nowNs, request);
        return new Outcome.Answer(room.proto());
    }

    private Outcome listRooms() {
        var rooms = ListRoomsResponse.newBuilder();
        if (room.isStarted() && !room.isClosed()) {
            rooms.addRooms(room.proto());
        }
        return new Outcome.Answer(rooms.build());
    }

    private Outcome deleteRoom(long nowNs) {
        if (!room.isStarted() || room.isClosed()) {
            return new Outcome.Failure("not_found", "requested room does not exist");
        }
        room.close(nowNs, RoomEvent.RoomEnd.API_DELETE);
        return new Outcome.Answer(DeleteRoomResponse.getDefaultInstance());
    }

    private Outcome listParticipants() {
        var all = ListParticipantsResponse.newBuilder();
        room.participants().forEach(participant -> all.addParticipants(participant.info()));
        return new Outcome.Answer(all.build());
    }

    private Outcome getParticipant(RoomParticipantIdentity request) {
        var participant = room.byIdentity(request.getIdentity());
        return participant == null ? noParticipant() : new Outcome.Answer(participant.info());
    }

    private Outcome removeParticipant(long nowNs, RoomParticipantIdentity request) {
        var participant = room.byIdentity(request.getIdentity());
        if (participant == null) {
            return noParticipant();
        }
        room.endings().removedByApi(nowNs, participant);
        return new Outcome.Answer(RemoveParticipantResponse.getDefaultInstance());
    }

    /// The publisher is asked first, then the state changes; an unknown track is answered without
    /// one.
    private Outcome mutePublishedTrack(long nowNs, MuteRoomTrackRequest request) {
        if (!request.getMuted() && !room.settings().switches().enableRemoteUnmute()) {
            return new Outcome.Failure("failed_precondition", "remote unmute not enabled");
        }
        var participant = room.byIdentity(request.getIdentity());
        if (participant == null) {
            return noServer();
        }
        var track = participant.tracks().findPublished(request.getTrackSid());
        var response = MuteRoomTrackResponse.newBuilder();
        if (track != null) {
            var ask =
                    MuteTrackRequest.newBuilder().setSid(track.sid()).setMuted(request.getMuted());
            participant.signal().send(SignalResponse.newBuilder().setMute(ask));
            participant.tracks().onMute(nowNs, track.sid(), request.getMuted());
            response.setTrack(track.info());
        }
        return new Outcome.Answer(response.build());
    }

    private Outcome updateParticipant(long nowNs, UpdateParticipantRequest request) {
        var participant = room.byIdentity(request.getIdentity());
        if (participant == null) {
            return noParticipant();
        }
        var merged = MetadataUpdates.merged(participant.attributes(), request.getAttributesMap());
        var tooMuch = room.metadata().tooMuch(request.getName(), request.getMetadata(), merged);
        if (tooMuch.isPresent()) {
            return new Outcome.Failure("invalid_argument", tooMuch.get());
        }
        if (request.hasPermission()) {
            participant.permission(request.getPermission());
        }
        room.metadata().apply(nowNs, participant, request.getName(), request.getMetadata(), merged);
        if (request.hasPermission()) {
            applyPermission(nowNs, participant);
        }
        return new Outcome.Answer(participant.info());
    }

    /// What is no longer allowed ends (signal.md §5.7).
    private static void applyPermission(long nowNs, Participant participant) {
        participant.tracks().onPermissionChanged(nowNs);
        participant.dataTracks().onPermissionChanged(nowNs);
        participant.subscriptions().reconcile(nowNs);
        participant.dataTracks().recheck();
    }

    private Outcome updateSubscriptions(long nowNs, UpdateSubscriptionsRequest request) {
        var participant = room.byIdentity(request.getIdentity());
        if (participant == null) {
            return noServer();
        }
        var update =
                UpdateSubscription.newBuilder()
                        .addAllTrackSids(request.getTrackSidsList())
                        .addAllParticipantTracks(request.getParticipantTracksList())
                        .setSubscribe(request.getSubscribe());
        participant.subscriptions().onRequest(nowNs, update.build());
        return new Outcome.Answer(UpdateSubscriptionsResponse.getDefaultInstance());
    }

    private Outcome sendData(long nowNs, SendDataRequest request) {
        int nonceBytes = request.getNonce().size();
        if (nonceBytes != 0 && nonceBytes != NONCE_BYTES) {
            return new Outcome.Failure(
                    "invalid_argument",
                    "nonce should be 16-bytes or not present, got: " + nonceBytes + " bytes");
        }
        room.data().onServerData(nowNs, request);
        return new Outcome.Answer(SendDataResponse.getDefaultInstance());
    }

    private Outcome updateRoomMetadata(long nowNs, UpdateRoomMetadataRequest request) {
        if (!room.isStarted()) {
            return new Outcome.Failure("not_found", "requested room does not exist");
        }
        if (room.metadata().isTooLargeMetadata(request.getMetadata())) {
            return new Outcome.Failure("invalid_argument", "metadata size exceeds limits");
        }
        room.record().metadata(request.getMetadata());
        room.sendRoomUpdate(nowNs);
        return new Outcome.Answer(room.proto());
    }

    private static Outcome noParticipant() {
        return new Outcome.Failure("not_found", "participant does not exist");
    }

    /// What LiveKit's callers hear when nobody serves the topic of a participant.
    private static Outcome noServer() {
        return new Outcome.Failure("unavailable", "no response from servers");
    }
}
