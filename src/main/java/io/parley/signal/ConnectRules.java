package io.parley.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.auth.Grants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import livekit.LivekitInternal.StartSession;
import livekit.LivekitModels.ReconnectReason;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRtc.ConnectionSettings;
import livekit.LivekitRtc.JoinRequest;

/// Decides who may connect, in LiveKit's order and with its texts, and turns the request into the
/// room's StartSession. Whether the room exists is asked afterwards.
final class ConnectRules {
    private static final String NO_PERMISSION = "no permissions to access the room";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final SignalSettings settings;

    ConnectRules(SignalSettings settings) {
        this.settings = settings;
    }

    ConnectOutcome check(ConnectRequest request, String connectionId) {
        try {
            return checked(request, connectionId);
        } catch (RefusedException e) {
            return e.outcome();
        }
    }

    private ConnectOutcome checked(ConnectRequest request, String connectionId) {
        var grants = request.grants();
        require(grants.hasVideo(), 401, NO_PERMISSION);
        require(!request.isV1() || request.has("join_request"), 400, "join_request is required");
        boolean isSinglePeerConnection = request.has("join_request");
        var session =
                isSinglePeerConnection
                        ? fromJoinRequest(JoinRequests.decode(request.parameter("join_request")))
                        : fromQuery(request);
        checkToken(grants);
        if (!isSinglePeerConnection && request.has("publish")) {
            require(grants.video().canPublish(), 401, NO_PERMISSION);
            grants = grants.publishingOnly(request.parameter("publish"));
        }
        grants =
                isSinglePeerConnection
                        ? overlay(grants, session.joined)
                        : withAttributes(grants, session.attributes);
        checkSizes(grants);
        session.start
                .setRoomName(grants.video().room())
                .setIdentity(grants.identity())
                .setName(grants.name())
                .setConnectionId(connectionId)
                .setGrantsJson(grants.claimsJson())
                .setUseSinglePeerConnection(isSinglePeerConnection)
                .setCreateRoom(createRoom(grants));
        ClientInfos.augment(
                session.start.getClientBuilder(), request.userAgent(), request.clientAddress());
        return new ConnectOutcome.Valid(
                session.start.build(), settings.autoCreate() || grants.video().roomCreate());
    }

    private void checkToken(Grants grants) {
        require(grants.video().roomJoin(), 401, "permissions denied");
        require(!grants.identity().isEmpty(), 400, "identity cannot be empty");
        require(
                length(grants.identity()) <= settings.maxIdentityLength(),
                400,
                "participant identity length exceeds limits: max length "
                        + settings.maxIdentityLength());
        var room = grants.video().room();
        require(!room.isEmpty(), 400, "no room name");
        require(
                length(room) <= settings.maxRoomNameLength(),
                400,
                "room name length exceeds limits: max length " + settings.maxRoomNameLength());
    }

    /// Deviates: LiveKit finds out after the upgrade attempt and answers 500.
    private void checkSizes(Grants grants) {
        require(
                settings.maxMetadataSize() <= 0
                        || length(grants.metadata()) <= settings.maxMetadataSize(),
                400,
                "metadata size exceeds limits");
        int total = 0;
        for (var attribute : grants.attributes().entrySet()) {
            total += length(attribute.getKey()) + length(attribute.getValue());
        }
        require(
                settings.maxAttributesSize() <= 0 || total <= settings.maxAttributesSize(),
                400,
                "attribute size exceeds limits");
    }

    /// A session in the making, with what still has to be weighed against the token.
    private record Draft(
            StartSession.Builder start, JoinRequest joined, Map<String, String> attributes) {}

    private static Draft fromQuery(ConnectRequest request) {
        var start =
                StartSession.newBuilder()
                        .setClient(ClientInfos.fromQuery(request))
                        .setAutoSubscribe(
                                !request.has("auto_subscribe") || request.flag("auto_subscribe"))
                        .setAdaptiveStream(request.flag("adaptive_stream"))
                        .setDisableIceLite(request.flag("disable_ice_lite"));
        if (request.has("auto_subscribe_data_track")) {
            start.setAutoSubscribeDataTrack(request.flag("auto_subscribe_data_track"));
        }
        if (request.has("subscriber_allow_pause")) {
            start.setSubscriberAllowPause(request.flag("subscriber_allow_pause"));
        }
        if (request.flag("reconnect")) {
            start.setReconnect(true)
                    .setParticipantId(request.parameter("sid"))
                    .setReconnectReason(reconnectReason(request.parameter("reconnect_reason")));
        }
        return new Draft(start, JoinRequest.getDefaultInstance(), attributes(request));
    }

    private static Draft fromJoinRequest(JoinRequest join) {
        ConnectionSettings wishes = join.getConnectionSettings();
        var start =
                StartSession.newBuilder()
                        .setClient(join.getClientInfo())
                        .setAutoSubscribe(wishes.getAutoSubscribe())
                        .setAdaptiveStream(wishes.getAdaptiveStream())
                        .setDisableIceLite(wishes.getDisableIceLite())
                        .setAutoSubscribeDataTrack(wishes.getAutoSubscribeDataTrack());
        if (wishes.hasSubscriberAllowPause()) {
            start.setSubscriberAllowPause(wishes.getSubscriberAllowPause());
        }
        if (join.getReconnect()) {
            start.setReconnect(true)
                    .setParticipantId(join.getParticipantSid())
                    .setReconnectReasonValue(join.getReconnectReasonValue());
        } else {
            start.addAllAddTrackRequests(join.getAddTrackRequestsList());
            if (join.hasPublisherOffer()) {
                start.setPublisherOffer(join.getPublisherOffer());
            }
        }
        if (join.hasSyncState()) {
            start.setSyncState(join.getSyncState());
        }
        return new Draft(start, join, Map.of());
    }

    private static ReconnectReason reconnectReason(String number) {
        try {
            var reason = ReconnectReason.forNumber(Integer.parseInt(number));
            return reason == null ? ReconnectReason.RR_UNKNOWN : reason;
        } catch (NumberFormatException _) {
            return ReconnectReason.RR_UNKNOWN;
        }
    }

    private static Map<String, String> attributes(ConnectRequest request) {
        var decoded = new HashMap<String, String>();
        if (!request.has("attributes")) {
            return decoded;
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(request.parameter("attributes"));
            for (var entry : JSON.readTree(json).properties()) {
                decoded.put(entry.getKey(), text(entry.getValue()));
            }
        } catch (IOException | IllegalArgumentException _) {
            // The websocket path goes on without them, as LiveKit does.
            require(!request.isStrict(), 400, "cannot decode attributes");
            decoded.clear();
        }
        return decoded;
    }

    private static String text(JsonNode value) throws JsonProcessingException {
        if (!value.isTextual()) {
            throw new IllegalArgumentException("not a text");
        }
        return value.textValue();
    }

    private static Grants overlay(Grants grants, JoinRequest join) {
        var overlaid = grants;
        if (!join.getMetadata().isEmpty()) {
            require(grants.video().canUpdateOwnMetadata(), 401, NO_PERMISSION);
            overlaid = overlaid.withMetadata(join.getMetadata());
        }
        return withAttributes(overlaid, join.getParticipantAttributesMap());
    }

    private static Grants withAttributes(Grants grants, Map<String, String> wished) {
        if (wished.isEmpty()) {
            return grants;
        }
        require(grants.video().canUpdateOwnMetadata(), 401, NO_PERMISSION);
        var all = new HashMap<>(grants.attributes());
        wished.forEach((name, value) -> {
            if (!value.isEmpty()) {
                all.put(name, value);
            }
        });
        return grants.withAttributes(all);
    }

    private static CreateRoomRequest createRoom(Grants grants) {
        var config = grants.roomConfig();
        var request =
                CreateRoomRequest.newBuilder()
                        .setName(grants.video().room())
                        .setRoomPreset(grants.roomPreset())
                        .setEmptyTimeout(config.getEmptyTimeout())
                        .setDepartureTimeout(config.getDepartureTimeout())
                        .setMaxParticipants(config.getMaxParticipants())
                        .setMetadata(config.getMetadata())
                        .setMinPlayoutDelay(config.getMinPlayoutDelay())
                        .setMaxPlayoutDelay(config.getMaxPlayoutDelay())
                        .setSyncStreams(config.getSyncStreams())
                        .addAllAgents(config.getAgentsList());
        if (config.hasEgress()) {
            request.setEgress(config.getEgress());
        }
        return request.build();
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void require(boolean isTrue, int status, String text) {
        if (!isTrue) {
            throw new RefusedException(status, text);
        }
    }
}
