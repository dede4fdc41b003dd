package io.parley.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.parley.api.TwirpService.Caller;
import io.parley.cluster.Bus;
import io.parley.cluster.BusFailure;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomCalls;
import io.parley.cluster.RoomDirectory;
import io.parley.cluster.RoomLocation;
import io.parley.cluster.RoomName;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.DeleteRoomResponse;
import livekit.LivekitRoom.ForwardParticipantRequest;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListParticipantsResponse;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.ListRoomsResponse;
import livekit.LivekitRoom.MoveParticipantRequest;
import livekit.LivekitRoom.MuteRoomTrackRequest;
import livekit.LivekitRoom.MuteRoomTrackResponse;
import livekit.LivekitRoom.PerformRpcRequest;
import livekit.LivekitRoom.RemoveParticipantResponse;
import livekit.LivekitRoom.RoomParticipantIdentity;
import livekit.LivekitRoom.SendDataRequest;
import livekit.LivekitRoom.SendDataResponse;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import livekit.LivekitRoom.UpdateSubscriptionsRequest;
import livekit.LivekitRoom.UpdateSubscriptionsResponse;

/// `livekit.RoomService`: checks grants and sizes here and asks the room's owner for the rest, so
/// that every answer is live.
public final class RoomService {
    private static final int NONCE_BYTES = 16;

    /// How long a list waits for one room.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ApiSettings settings;
    private final NodeMetrics metrics;
    private final SizeLimits limits;
    private final RoomDirectory directory;
    private final RoomCalls rooms;

    public RoomService(
            ApiSettings settings, Bus bus, RoomDirectory directory, NodeMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.limits = new SizeLimits(settings);
        this.directory = directory;
        this.rooms = new RoomCalls(bus, directory);
    }

    public void mount(Router router) {
        var participant = RoomParticipantIdentity.getDefaultInstance();
        new TwirpService("livekit.RoomService", settings, metrics)
                .with("CreateRoom", CreateRoomRequest.getDefaultInstance(), this::createRoom)
                .with("ListRooms", ListRoomsRequest.getDefaultInstance(), this::listRooms)
                .with("DeleteRoom", DeleteRoomRequest.getDefaultInstance(), this::deleteRoom)
                .with(
                        "ListParticipants",
                        ListParticipantsRequest.getDefaultInstance(),
                        this::listParticipants)
                .with("GetParticipant", participant, this::getParticipant)
                .with("RemoveParticipant", participant, this::removeParticipant)
                .with("MutePublishedTrack", MuteRoomTrackRequest.getDefaultInstance(), this::mute)
                .with(
                        "UpdateParticipant",
                        UpdateParticipantRequest.getDefaultInstance(),
                        this::updateParticipant)
                .with(
                        "UpdateSubscriptions",
                        UpdateSubscriptionsRequest.getDefaultInstance(),
                        this::updateSubscriptions)
                .with("SendData", SendDataRequest.getDefaultInstance(), this::sendData)
                .with(
                        "UpdateRoomMetadata",
                        UpdateRoomMetadataRequest.getDefaultInstance(),
                        this::updateRoomMetadata)
                .with(
                        "ForwardParticipant",
                        ForwardParticipantRequest.getDefaultInstance(),
                        this::forward)
                .with("MoveParticipant", MoveParticipantRequest.getDefaultInstance(), this::move)
                .with("PerformRpc", PerformRpcRequest.getDefaultInstance(), this::performRpc)
                .mount(router);
    }

    private Future<Room> createRoom(CreateRoomRequest request, Caller caller) {
        Permissions.create(caller.grants());
        limits.roomName(request.getName());
        limits.metadata(request.getMetadata());
        request.getAgentsList().forEach(agent -> limits.metadata(agent.getMetadata()));
        var room = new RoomName(request.getName());
        var message = message("CreateRoom", request);
        var answer =
                request.getNodeId().isEmpty()
                        ? rooms.request(room, message, caller.timeout())
                        : rooms.request(
                                room, new NodeId(request.getNodeId()), message, caller.timeout());
        return answer.map(reply -> parse(reply, Room.parser()));
    }

    /// Deviates: every owner is asked, so counts do not lag; a node that does not answer is left
    /// out.
    private Future<ListRoomsResponse> listRooms(ListRoomsRequest request, Caller caller) {
        Permissions.list(caller.grants());
        return directory
                .all()
                .compose(locations -> {
                    var asked =
                            locations.stream()
                                    .filter(at -> isWanted(request, at))
                                    .map(at -> listRoom(at, request, caller))
                                    .toList();
                    return Future.join(asked).otherwiseEmpty().map(_ -> merged(asked));
                });
    }

    private static boolean isWanted(ListRoomsRequest request, RoomLocation at) {
        return request.getNamesCount() == 0 || request.getNamesList().contains(at.room().value());
    }

    private Future<ListRoomsResponse> listRoom(
            RoomLocation at, ListRoomsRequest request, Caller caller) {
        var patience = caller.timeout().compareTo(PATIENCE) < 0 ? caller.timeout() : PATIENCE;
        return rooms.requestExisting(at.room(), message("ListRooms", request), patience)
                .map(reply -> parse(reply, ListRoomsResponse.parser()));
    }

    private static ListRoomsResponse merged(List<Future<ListRoomsResponse>> answers) {
        var all = ListRoomsResponse.newBuilder();
        answers.stream()
                .filter(Future::succeeded)
                .forEach(answer -> all.addAllRooms(answer.result().getRoomsList()));
        return all.build();
    }

    private Future<DeleteRoomResponse> deleteRoom(DeleteRoomRequest request, Caller caller) {
        Permissions.create(caller.grants());
        return ask("DeleteRoom", request.getRoom(), request, caller)
                .map(reply -> parse(reply, DeleteRoomResponse.parser()));
    }

    private Future<ListParticipantsResponse> listParticipants(
            ListParticipantsRequest request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        return ask("ListParticipants", request.getRoom(), request, caller)
                .map(reply -> parse(reply, ListParticipantsResponse.parser()))
                .recover(RoomService::emptyIfThereIsNoRoom);
    }

    private static Future<ListParticipantsResponse> emptyIfThereIsNoRoom(Throwable cause) {
        return isNotFound(cause)
                ? Future.succeededFuture(ListParticipantsResponse.getDefaultInstance())
                : Future.failedFuture(cause);
    }

    private Future<ParticipantInfo> getParticipant(RoomParticipantIdentity request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        return askParticipant("GetParticipant", request.getRoom(), request, caller)
                .map(reply -> parse(reply, ParticipantInfo.parser()));
    }

    private Future<RemoveParticipantResponse> removeParticipant(
            RoomParticipantIdentity request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        return askParticipant("RemoveParticipant", request.getRoom(), request, caller)
                .map(reply -> parse(reply, RemoveParticipantResponse.parser()));
    }

    private Future<MuteRoomTrackResponse> mute(MuteRoomTrackRequest request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        return askLive("MutePublishedTrack", request.getRoom(), request, caller)
                .map(reply -> parse(reply, MuteRoomTrackResponse.parser()));
    }

    /// Sizes come before the permission, as at LiveKit.
    private Future<ParticipantInfo> updateParticipant(
            UpdateParticipantRequest request, Caller caller) {
        limits.participantName(request.getName());
        limits.metadata(request.getMetadata());
        limits.attributes(request.getAttributesMap());
        Permissions.admin(caller.grants(), request.getRoom());
        return askParticipant("UpdateParticipant", request.getRoom(), request, caller)
                .map(reply -> parse(reply, ParticipantInfo.parser()));
    }

    private Future<UpdateSubscriptionsResponse> updateSubscriptions(
            UpdateSubscriptionsRequest request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        return askLive("UpdateSubscriptions", request.getRoom(), request, caller)
                .map(reply -> parse(reply, UpdateSubscriptionsResponse.parser()));
    }

    private Future<SendDataResponse> sendData(SendDataRequest request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        int nonce = request.getNonce().size();
        if (nonce != 0 && nonce != NONCE_BYTES) {
            throw TwirpException.plain(
                    TwirpCode.INVALID_ARGUMENT,
                    "nonce should be 16-bytes or not present, got: " + nonce + " bytes");
        }
        return askLive("SendData", request.getRoom(), request, caller)
                .map(reply -> parse(reply, SendDataResponse.parser()));
    }

    private Future<Room> updateRoomMetadata(UpdateRoomMetadataRequest request, Caller caller) {
        limits.metadata(request.getMetadata());
        Permissions.admin(caller.grants(), request.getRoom());
        return ask("UpdateRoomMetadata", request.getRoom(), request, caller)
                .map(reply -> parse(reply, Room.parser()));
    }

    private Future<Message> forward(ForwardParticipantRequest request, Caller caller) {
        return otherRoom(caller, request.getRoom(), request.getDestinationRoom());
    }

    private Future<Message> move(MoveParticipantRequest request, Caller caller) {
        return otherRoom(caller, request.getRoom(), request.getDestinationRoom());
    }

    private static Future<Message> otherRoom(Caller caller, String room, String destination) {
        Permissions.destination(caller.grants(), room, destination);
        if (room.equals(destination)) {
            throw TwirpException.prefixed(
                    TwirpCode.INVALID_ARGUMENT,
                    "destination room cannot be the same as source room");
        }
        // No Twirp code for what is not there: that is how livekit-server answers.
        throw TwirpException.prefixed(TwirpCode.UNKNOWN, "not implemented");
    }

    private Future<Message> performRpc(PerformRpcRequest request, Caller caller) {
        Permissions.admin(caller.grants(), request.getRoom());
        throw TwirpException.prefixed(TwirpCode.UNIMPLEMENTED, "not implemented");
    }

    private Future<BusMessage> ask(String method, String room, Message request, Caller caller) {
        return rooms.requestExisting(
                new RoomName(room), message(method, request), caller.timeout());
    }

    /// A participant of a room that is not there is not there either.
    private Future<BusMessage> askParticipant(
            String method, String room, Message request, Caller caller) {
        return askInstead(
                method,
                room,
                request,
                caller,
                TwirpException.prefixed(TwirpCode.NOT_FOUND, "participant does not exist"));
    }

    /// At LiveKit these calls go straight to the participant's topic, where nobody listens.
    private Future<BusMessage> askLive(String method, String room, Message request, Caller caller) {
        return askInstead(
                method,
                room,
                request,
                caller,
                TwirpException.prefixed(TwirpCode.UNAVAILABLE, "no response from servers"));
    }

    private Future<BusMessage> askInstead(
            String method,
            String room,
            Message request,
            Caller caller,
            TwirpException ifThereIsNoRoom) {
        return directory
                .find(new RoomName(room))
                .map(Optional::isPresent)
                .compose(isThere ->
                        isThere
                                ? ask(method, room, request, caller)
                                : Future.failedFuture(ifThereIsNoRoom));
    }

    private static boolean isNotFound(Throwable cause) {
        return cause instanceof BusFailure failure
                && failure.kind() == BusFailure.Kind.REFUSED
                && failure.code().equals(TwirpCode.NOT_FOUND.word());
    }

    private static BusMessage message(String method, Message request) {
        return BusMessage.of(Ops.API + method, request.toByteArray());
    }

    private static <T extends Message> T parse(BusMessage reply, Parser<T> parser) {
        try {
            return parser.parseFrom(reply.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a room answered with another message", e);
        }
    }
}
