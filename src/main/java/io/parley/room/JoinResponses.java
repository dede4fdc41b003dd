package io.parley.room;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import livekit.LivekitModels.Codec;
import livekit.LivekitRtc.ICEServer;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.ReconnectResponse;
import livekit.LivekitRtc.SignalResponse;

/// The first words to a client: JoinResponse or ReconnectResponse (signal.md §3.4, §6.1). Owned by
/// its room.
final class JoinResponses {
    private static final int PING_TIMEOUT_SECONDS = 15;
    private static final int PING_INTERVAL_SECONDS = 5;

    private final Room room;

    JoinResponses(Room room) {
        this.room = room;
    }

    SignalResponse join(long nowNs, Participant joiner) {
        var server = room.settings().server();
        var join =
                JoinResponse.newBuilder()
                        .setRoom(room.proto())
                        .setParticipant(joiner.info())
                        .setServerVersion(server.getVersion())
                        .setServerRegion(server.getRegion())
                        .setServerInfo(server)
                        .addAllIceServers(iceServers(nowNs, joiner))
                        .setSubscriberPrimary(joiner.negotiation().isSubscriberPrimary())
                        .setPingTimeout(PING_TIMEOUT_SECONDS)
                        .setPingInterval(PING_INTERVAL_SECONDS)
                        .setSifTrailer(ByteString.copyFromUtf8(room.sifTrailer()))
                        .addAllEnabledPublishCodecs(publishCodecs(joiner))
                        .setFastPublish(
                                joiner.permission().getCanPublish()
                                        && !room.fallback().isPreferred(nowNs, joiner.identity()));
        joiner.clientConfiguration().told().ifPresent(join::setClientConfiguration);
        for (var other : room.participants()) {
            if (other != joiner && !other.isHidden()) {
                var info = other.info();
                joiner.seen().onSnapshot(nowNs, info);
                join.addOtherParticipants(info);
            }
        }
        return SignalResponse.newBuilder().setJoin(join).build();
    }

    SignalResponse reconnect(long nowNs, Participant participant) {
        var reconnect =
                ReconnectResponse.newBuilder()
                        .addAllIceServers(iceServers(nowNs, participant))
                        .setServerInfo(room.settings().server())
                        .setLastMessageSeq(participant.channels().lastSequence());
        participant.clientConfiguration().told().ifPresent(reconnect::setClientConfiguration);
        return SignalResponse.newBuilder().setReconnect(reconnect).build();
    }

    private List<ICEServer> iceServers(long nowNs, Participant participant) {
        return room.settings().iceServers().of(room.wall().epochMs(nowNs), participant.sid());
    }

    /// VP8, then H264, then the other video codecs, then audio; never RTX, nothing the client is
    /// not to publish.
    private List<Codec> publishCodecs(Participant joiner) {
        var ordered = new ArrayList<Codec>();
        for (int rank = 0; rank < 4; rank++) {
            for (var codec : room.record().enabledCodecs()) {
                if (rank(codec) == rank
                        && joiner.clientConfiguration().mayPublish(codec.getMime())) {
                    ordered.add(codec);
                }
            }
        }
        return ordered;
    }

    private static int rank(Codec codec) {
        String mime = codec.getMime().toLowerCase(Locale.ROOT);
        return switch (mime) {
            case "video/vp8" -> 0;
            case "video/h264" -> 1;
            case "video/rtx", "audio/rtx" -> Integer.MAX_VALUE;
            default -> mime.startsWith("video/") ? 2 : 3;
        };
    }
}
