package io.parley.room;

import java.time.Duration;
import java.util.List;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.PlayoutDelay;
import livekit.LivekitModels.ServerInfo;

/// Everything about rooms that configuration decides.
///
/// @param server what JoinResponse says of this server
public record RoomSettings(
        ServerInfo server,
        IceServers iceServers,
        RoomPresets presets,
        Defaults defaults,
        Limits limits,
        Media media,
        Switches switches) {
    /// The version of LiveKit that Parley imitates; clients compare it.
    public static final String IMITATED_VERSION = "1.13.5";

    /// Signal protocol. 18 would promise pre-negotiated data channels (signal.md §11).
    public static final int PROTOCOL = 17;

    public static RoomSettings defaults(String nodeId, String region) {
        var server =
                ServerInfo.newBuilder()
                        .setEdition(ServerInfo.Edition.Standard)
                        .setVersion(IMITATED_VERSION)
                        .setProtocol(PROTOCOL)
                        .setRegion(region)
                        .setNodeId(nodeId)
                        .setAgentProtocol(1)
                        .build();
        return new RoomSettings(
                server,
                IceServers.NONE,
                RoomPresets.NONE,
                Defaults.USUAL,
                Limits.USUAL,
                Media.USUAL,
                Switches.USUAL);
    }

    /// What a new room starts with (`room.*`).
    public record Defaults(
            Duration emptyTimeout,
            Duration departureTimeout,
            int maxParticipants,
            List<Codec> enabledCodecs,
            boolean syncStreams,
            PlayoutDelay playoutDelay) {
        static final Defaults USUAL =
                new Defaults(
                        Duration.ofSeconds(300),
                        Duration.ofSeconds(20),
                        0,
                        usualCodecs(),
                        false,
                        PlayoutDelay.getDefaultInstance());

        public Defaults {
            enabledCodecs = List.copyOf(enabledCodecs);
        }

        private static List<Codec> usualCodecs() {
            return List.of(
                    codec("audio/PCMU"),
                    codec("audio/PCMA"),
                    codec("audio/opus"),
                    codec("audio/red"),
                    codec("video/VP8"),
                    codec("video/H264"),
                    codec("video/VP9"),
                    codec("video/AV1"),
                    codec("video/H265"),
                    codec("video/rtx"));
        }

        private static Codec codec(String mime) {
            return Codec.newBuilder().setMime(mime).build();
        }
    }

    /// How much is too much (`limit.*`); 0 means no limit for the subscription counts.
    public record Limits(
            int maxMetadataBytes,
            int maxAttributesBytes,
            int maxNameBytes,
            int maxDataTrackEncodingBytes,
            int subscriptionsVideo,
            int subscriptionsAudio,
            int updateBatchBytes) {
        static final Limits USUAL = new Limits(512 * 1024, 64 * 1024, 256, 32, 0, 0, 128 * 1024);
    }

    /// The times of the media side's decisions.
    public record Media(
            Duration speakerInterval,
            Duration qualityInterval,
            Duration dynacastPauseDelay,
            boolean allowTcpFallback,
            int codecRegressionThreshold) {
        static final Media USUAL =
                new Media(
                        Duration.ofMillis(400),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        true,
                        5);
    }

    /// What may be switched on and off.
    ///
    /// @param allowSimulate Deviates: LiveKit lets everybody simulate failures (§10 #23); here only
    ///   in dev mode
    /// @param reconnectOnDataChannelError a reader that stalls, and so loses data, comes back anew
    /// @param iceLite towards clients that take it
    public record Switches(
            boolean enableDataTracks,
            boolean enableRemoteUnmute,
            boolean allowSimulate,
            boolean reconnectOnSubscriptionError,
            boolean reconnectOnDataChannelError,
            boolean iceLite) {
        static final Switches USUAL = new Switches(true, false, false, false, false, false);
    }
}
