package io.parley.auth;

import java.util.List;
import java.util.Locale;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.TrackSource;

/// What the token allows concerning rooms, with the defaults of unset claims already applied.
///
/// @param canPublishSources lower-case track source words; empty = all
public record VideoGrant(
        boolean roomCreate,
        boolean roomList,
        boolean roomRecord,
        boolean roomAdmin,
        boolean roomJoin,
        String room,
        boolean canPublish,
        boolean canSubscribe,
        boolean canPublishData,
        List<String> canPublishSources,
        boolean canUpdateOwnMetadata,
        boolean ingressAdmin,
        boolean hidden,
        boolean recorder,
        boolean agent,
        boolean canSubscribeMetrics,
        boolean canManageAgentSession,
        String destinationRoom) {

    static VideoGrant from(Claims claims) {
        boolean canPublish = claims.flag("canPublish", true);
        return new VideoGrant(
                claims.flag("roomCreate", false),
                claims.flag("roomList", false),
                claims.flag("roomRecord", false),
                claims.flag("roomAdmin", false),
                claims.flag("roomJoin", false),
                claims.text("room"),
                canPublish,
                claims.flag("canSubscribe", true),
                claims.flag("canPublishData", canPublish),
                claims.texts("canPublishSources"),
                claims.flag("canUpdateOwnMetadata", false),
                claims.flag("ingressAdmin", false),
                claims.flag("hidden", false),
                claims.flag("recorder", false),
                claims.flag("agent", false),
                claims.flag("canSubscribeMetrics", false),
                claims.flag("canManageAgentSession", false),
                claims.text("destinationRoom"));
    }

    /// The same as a participant's permission.
    @SuppressWarnings("deprecation") // recorder and agent: clients still read them
    public ParticipantPermission permission() {
        return ParticipantPermission.newBuilder()
                .setCanSubscribe(canSubscribe)
                .setCanPublish(canPublish)
                .setCanPublishData(canPublishData)
                .addAllCanPublishSources(
                        canPublishSources.stream().map(VideoGrant::source).toList())
                .setHidden(hidden)
                .setRecorder(recorder)
                .setCanUpdateMetadata(canUpdateOwnMetadata)
                .setAgent(agent)
                .setCanSubscribeMetrics(canSubscribeMetrics)
                .setCanManageAgentSession(canManageAgentSession)
                .build();
    }

    private static TrackSource source(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "camera" -> TrackSource.CAMERA;
            case "microphone" -> TrackSource.MICROPHONE;
            case "screen_share" -> TrackSource.SCREEN_SHARE;
            case "screen_share_audio" -> TrackSource.SCREEN_SHARE_AUDIO;
            default -> TrackSource.UNKNOWN;
        };
    }
}
