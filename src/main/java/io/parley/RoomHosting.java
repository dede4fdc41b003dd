package io.parley;

import io.parley.cluster.Addresses;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomHost;
import io.parley.cluster.RoomName;
import io.parley.metrics.NodeMetrics;
import io.parley.room.RoomEvent;
import io.parley.room.RoomParts;
import io.parley.room.RoomVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.TrackInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deploys a verticle for each room that the directory places here, and counts what lives in them.
/// Any thread.
final class RoomHosting implements RoomHost, RoomHandOver {
    private static final Logger log = LoggerFactory.getLogger(RoomHosting.class);

    /// The primary connection stands; with us these are one moment.
    private static final List<String> ACTIVE =
            List.of("rtc_connected", "rtc_active", "rtc_success");

    /// Before it was active, by the client's own doing.
    private static final Set<DisconnectReason> CANCELED =
            EnumSet.of(DisconnectReason.CLIENT_INITIATED, DisconnectReason.SIGNAL_CLOSE);

    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final NodeMetrics metrics;
    private final RoomParts parts;
    private final Map<RoomName, Hosted> hosted = new ConcurrentHashMap<>();
    private final AtomicInteger rooms = new AtomicInteger();
    private final AtomicInteger participants = new AtomicInteger();
    private final AtomicInteger tracks = new AtomicInteger();
    private final AtomicInteger subscribedTracks = new AtomicInteger();

    /// One room's verticle; `deployment` is empty until it is deployed.
    private static final class Hosted {
        private final long epoch;
        private final AtomicInteger participants = new AtomicInteger();
        private final AtomicReference<String> deployment = new AtomicReference<>("");

        /// Another node has it by now; what is left of it here is on its way.
        private final AtomicBoolean isGiven = new AtomicBoolean();

        Hosted(long epoch) {
            this.epoch = epoch;
        }

        boolean isIn(Set<String> deployments) {
            return deployments.contains(deployment.get());
        }
    }

    /// A room that is open here.
    record OpenRoom(RoomName name, long epoch, int participants) {}

    /// Room events are heard here, whatever the parts say.
    RoomHosting(Vertx vertx, NodeMetrics metrics, RoomParts parts) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.parts = parts;
    }

    @Override
    public Future<Void> open(RoomName room, long epoch) {
        log.debug("opening room={} epoch={}", room.value(), epoch);
        var here = new Hosted(epoch);
        hosted.put(room, here);
        var own = parts.withOutside((_, event) -> onRoomEvent(here, event));
        return vertx.deployVerticle(
                        () -> new RoomVerticle(room, epoch, own), new DeploymentOptions())
                .onSuccess(here.deployment::set)
                .onFailure(_ -> hosted.remove(room, here))
                .mapEmpty();
    }

    /// The rooms that are open here, empty ones too.
    List<OpenRoom> openRooms() {
        Set<String> deployments = vertx.deploymentIDs();
        List<OpenRoom> open = new ArrayList<>();
        hosted.forEach((name, here) -> {
            if (here.isIn(deployments) && !here.isGiven.get()) {
                open.add(new OpenRoom(name, here.epoch, here.participants.get()));
            }
        });
        return open;
    }

    /// Its clients follow; their media goes on here for a moment.
    @Override
    public Future<Void> handOver(RoomName room, NodeId to) {
        var here = hosted.get(room);
        if (here == null || !here.isIn(vertx.deploymentIDs())) {
            return Future.succeededFuture();
        }
        var message = BusMessage.of(Ops.HAND_OVER).with(Ops.NODE, to.value());
        return parts.bus()
                .request(parts.bus().self(), Addresses.room(room), message, HAND_OVER_LIMIT)
                .onSuccess(_ -> here.isGiven.set(true))
                .mapEmpty();
    }

    /// The open ones, and those that another node has by now and whose media still follows.
    int presentRooms() {
        Set<String> deployments = vertx.deploymentIDs();
        return (int) hosted.values().stream().filter(here -> here.isIn(deployments)).count();
    }

    /// Ends every room here, so that each participant is told before its websocket closes.
    Future<?> closeAll() {
        Set<String> deployments = vertx.deploymentIDs();
        return Future.join(
                hosted.values().stream()
                        .filter(here -> here.isIn(deployments))
                        .map(here -> vertx.undeploy(here.deployment.get()))
                        .toList());
    }

    private void onRoomEvent(Hosted here, RoomEvent event) {
        switch (event) {
            case RoomEvent.RoomStarted _ -> {
                rooms.incrementAndGet();
                metrics.roomOpened();
            }
            case RoomEvent.RoomFinished finished -> {
                rooms.decrementAndGet();
                forgetTheGone();
                metrics.roomClosed(ageMs(finished.room().getCreationTimeMs()));
            }
            case RoomEvent.ParticipantJoined joined -> {
                participants.incrementAndGet();
                here.participants.incrementAndGet();
                metrics.participantJoined();
                metrics.sessionConnected(joined.protocol(), joined.latencyMs());
                ACTIVE.forEach(metrics::joined);
            }
            case RoomEvent.ParticipantTakenOver(var participant) -> onTakenOver(here, participant);
            case RoomEvent.ParticipantLeft left when left.wasActive() -> {
                participants.decrementAndGet();
                here.participants.decrementAndGet();
                metrics.participantLeft(left.protocol(), left.sessionMs());
            }
            case RoomEvent.ParticipantLeft left ->
                    metrics.joined(
                            CANCELED.contains(left.participant().getDisconnectReason())
                                    ? "rtc_canceled"
                                    : "rtc_failure");
            case RoomEvent.Counted counted -> count(counted);
            case RoomEvent.TrackPublished published -> {
                tracks.incrementAndGet();
                metrics.trackPublished(kind(published.track()));
            }
            case RoomEvent.TrackUnpublished unpublished -> {
                tracks.decrementAndGet();
                metrics.trackUnpublished(kind(unpublished.track()));
            }
            case RoomEvent.DataReaderStalled _,
                    RoomEvent.RoomUpdated _,
                    RoomEvent.ParticipantChanged _ -> {
                // Only what comes and goes is counted.
            }
        }
    }

    private void forgetTheGone() {
        Set<String> deployments = vertx.deploymentIDs();
        hosted.values()
                .removeIf(here -> !here.deployment.get().isEmpty() && !here.isIn(deployments));
    }

    private void onTakenOver(Hosted here, ParticipantInfo participant) {
        if (participant.getState() == ParticipantInfo.State.ACTIVE) {
            participants.incrementAndGet();
            here.participants.incrementAndGet();
            metrics.participantJoined();
        }
        for (var track : participant.getTracksList()) {
            tracks.incrementAndGet();
            metrics.trackPublished(kind(track));
        }
    }

    private void count(RoomEvent.Counted event) {
        switch (event) {
            case RoomEvent.Counted.Admitted _ -> metrics.joined("rtc_init");
            case RoomEvent.Counted.PublishAttempted(String kind) ->
                    metrics.publishing(kind, "attempt");
            case RoomEvent.Counted.PublishCanceled(String kind) ->
                    metrics.publishing(kind, "cancel");
            case RoomEvent.Counted.SubscribeAttempted _ -> metrics.subscribeAttempted();
            case RoomEvent.Counted.Subscribed(String kind) -> {
                subscribedTracks.incrementAndGet();
                metrics.trackSubscribed(kind);
            }
            case RoomEvent.Counted.Unsubscribed(String kind) -> {
                subscribedTracks.decrementAndGet();
                metrics.trackUnsubscribed(kind);
            }
            case RoomEvent.Counted.SubscribeFailed(String error) -> metrics.subscribeFailed(error);
        }
    }

    private static long ageMs(long sinceMs) {
        return System.currentTimeMillis() - sinceMs;
    }

    private static String kind(TrackInfo track) {
        return track.getType().name();
    }

    int rooms() {
        return rooms.get();
    }

    int participants() {
        return participants.get();
    }

    int tracks() {
        return tracks.get();
    }

    int subscribedTracks() {
        return subscribedTracks.get();
    }
}
