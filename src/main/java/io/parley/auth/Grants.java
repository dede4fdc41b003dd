package io.parley.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitModels.ParticipantInfo.Kind;
import livekit.LivekitModels.ParticipantInfo.KindDetail;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitRoom.RoomConfiguration;

/// What a token says about its bearer. Immutable; the claims it was read from stay with it, so that
/// a refreshed token carries also those that nobody here understands.
///
/// @param kindDetails by number, because some are younger than the generated classes
/// @param hasVideo whether there is a `video` grant at all; without one there is no access to any
///   room
/// @param claimsJson every claim but the registered ones (iss, sub, exp…), plus `identity`; what
///   [#fromJson] reads
public record Grants(
        String identity,
        String name,
        Kind kind,
        List<Integer> kindDetails,
        boolean hasVideo,
        VideoGrant video,
        String metadata,
        Map<String, String> attributes,
        RoomConfiguration roomConfig,
        String roomPreset,
        String sha256,
        String claimsJson) {
    private static final List<String> REGISTERED =
            List.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti");

    /// `KindDetail.SIMULATION`, younger than the generated classes.
    private static final int SIMULATION = 5;

    /// No token.
    public static final Grants NONE = fromJson("{}");

    /// Reads what [#claimsJson] wrote (the StartSession's grants_json).
    public static Grants fromJson(String claimsJson) {
        return from(Jwt.parseObject(claimsJson));
    }

    /// A bearer who may join that room.
    public static Grants joining(String identity, String room) {
        var claims = JsonNodeFactory.instance.objectNode().put("identity", identity);
        claims.putObject("video").put("roomJoin", true).put("room", room);
        return from(claims);
    }

    static Grants from(ObjectNode node) {
        var kept = node.deepCopy().remove(REGISTERED);
        var claims = new Claims(node);
        return new Grants(
                claims.text("identity"),
                claims.text("name"),
                kind(claims.text("kind")),
                claims.texts("kindDetails").stream().flatMap(w -> detail(w).stream()).toList(),
                claims.has("video"),
                VideoGrant.from(claims.object("video")),
                claims.text("metadata"),
                claims.textMap("attributes"),
                roomConfig(claims),
                claims.text("roomPreset"),
                claims.text("sha256"),
                kept.toString());
    }

    /// Agents and egress, and the legacy flags for them: they neither count for max_participants
    /// nor keep a room alive.
    public boolean isDependent() {
        return kind == Kind.AGENT || kind == Kind.EGRESS || video.agent() || video.recorder();
    }

    public boolean hasRoomConfig() {
        return !roomConfig.equals(RoomConfiguration.getDefaultInstance());
    }

    public Grants withIdentity(String newIdentity) {
        return withText("identity", newIdentity);
    }

    public Grants withName(String newName) {
        return withText("name", newName);
    }

    public Grants withMetadata(String newMetadata) {
        return withText("metadata", newMetadata);
    }

    /// Replaces all attributes.
    public Grants withAttributes(Map<String, String> newAttributes) {
        var node = claims();
        var object = node.putObject("attributes");
        newAttributes.forEach(object::put);
        return from(node);
    }

    /// A side connection that only publishes (the legacy `publish` parameter).
    public Grants publishingOnly(String suffix) {
        var node = claims().put("identity", identity + "#" + suffix);
        video(node).put("canSubscribe", false);
        return from(node);
    }

    /// Overlays a permission that the server API or the room has set.
    @SuppressWarnings("deprecation") // recorder and agent: clients still read them
    public Grants withPermission(ParticipantPermission permission) {
        var node = claims();
        var video =
                video(node)
                        .put("canSubscribe", permission.getCanSubscribe())
                        .put("canPublish", permission.getCanPublish())
                        .put("canPublishData", permission.getCanPublishData())
                        .put("hidden", permission.getHidden())
                        .put("recorder", permission.getRecorder())
                        .put("agent", permission.getAgent())
                        .put("canUpdateOwnMetadata", permission.getCanUpdateMetadata())
                        .put("canSubscribeMetrics", permission.getCanSubscribeMetrics())
                        .put("canManageAgentSession", permission.getCanManageAgentSession());
        var sources = video.putArray("canPublishSources");
        for (TrackSource source : permission.getCanPublishSourcesList()) {
            sources.add(source.name().toLowerCase(Locale.ROOT));
        }
        return from(node);
    }

    ObjectNode claims() {
        return Jwt.parseObject(claimsJson);
    }

    private Grants withText(String claim, String value) {
        return from(claims().put(claim, value));
    }

    private static ObjectNode video(ObjectNode node) {
        return node.get("video") instanceof ObjectNode video ? video : node.putObject("video");
    }

    private static Kind kind(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "ingress" -> Kind.INGRESS;
            case "egress" -> Kind.EGRESS;
            case "sip" -> Kind.SIP;
            case "agent" -> Kind.AGENT;
            case "connector" -> Kind.CONNECTOR;
            case "bridge" -> Kind.BRIDGE;
            default -> Kind.STANDARD;
        };
    }

    /// Words that this server does not know stay in the claims, but have no number: empty.
    private static Optional<Integer> detail(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "cloud_agent" -> Optional.of(KindDetail.CLOUD_AGENT_VALUE);
            case "forwarded" -> Optional.of(KindDetail.FORWARDED_VALUE);
            case "connector_whatsapp" -> Optional.of(KindDetail.CONNECTOR_WHATSAPP_VALUE);
            case "connector_twilio" -> Optional.of(KindDetail.CONNECTOR_TWILIO_VALUE);
            case "bridge_rtsp" -> Optional.of(KindDetail.BRIDGE_RTSP_VALUE);
            case "simulation" -> Optional.of(SIMULATION);
            default -> Optional.empty();
        };
    }

    private static RoomConfiguration roomConfig(Claims claims) {
        if (!claims.has("roomConfig")) {
            return RoomConfiguration.getDefaultInstance();
        }
        var config = RoomConfiguration.newBuilder();
        try {
            JsonFormat.parser()
                    .ignoringUnknownFields()
                    .merge(claims.object("roomConfig").node().toString(), config);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedTokenException("could not JSON decode claim: roomConfig");
        }
        return config.build();
    }
}
