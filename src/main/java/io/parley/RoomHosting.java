package io.parley;

import io.parley.cluster.RoomHost;
import io.parley.cluster.RoomName;
import io.parley.metrics.NodeMetrics;
import io.parley.room.RoomEvent;
import io.parley.room.RoomParts;
import io.parley.room.RoomVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import livekit.LivekitModels.TrackInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deploys a verticle for each room that the directory places here, and counts what lives in them.
/// Any thread.
final class RoomHosting implements RoomHost {
    private static final Logger log = LoggerFactory.getLogger(RoomHosting.class);

    private final Vertx vertx;
    private final NodeMetrics metrics;
    private final RoomParts parts;
    private final Set<String> deployments = ConcurrentHashMap.newKeySet();
    private final AtomicInteger rooms = new AtomicInteger();
    private final AtomicInteger participants = new AtomicInteger();
    private final AtomicInteger tracks = new AtomicInteger();

    RoomHosting(Vertx vertx, NodeMetrics metrics, Function<RoomEvent.Listener, RoomParts> parts) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.parts = parts.apply(this::onRoomEvent);
    }

    @Override
    public Future<Void> open(RoomName room, long epoch) {
        log.debug("opening room={} epoch={}", room.value(), epoch);
        return vertx.deployVerticle(
                        () -> new RoomVerticle(room, epoch, parts), new DeploymentOptions())
                .map(deployments::add)
                .mapEmpty();
    }

    /// Ends every room here, so that each participant is told before its websocket closes.
    Future<?> closeAll() {
        return Future.join(
                deployments.stream()
                        .filter(vertx.deploymentIDs()::contains)
                        .map(vertx::undeploy)
                        .toList());
    }

    private void onRoomEvent(long nowNs, RoomEvent event) {
        switch (event) {
            case RoomEvent.RoomStarted _ -> {
                rooms.incrementAndGet();
                metrics.roomOpened();
            }
            case RoomEvent.RoomFinished finished -> {
                rooms.decrementAndGet();
                deployments.retainAll(vertx.deploymentIDs());
                metrics.roomClosed(ageMs(finished.room().getCreationTimeMs()));
            }
            case RoomEvent.ParticipantJoined _ -> {
                participants.incrementAndGet();
                metrics.participantJoined();
            }
            case RoomEvent.ParticipantLeft left when left.wasActive() -> {
                participants.decrementAndGet();
                metrics.participantLeft(0, ageMs(left.participant().getJoinedAtMs()));
            }
            case RoomEvent.TrackPublished published -> {
                tracks.incrementAndGet();
                metrics.trackPublished(kind(published.track()));
            }
            case RoomEvent.TrackUnpublished unpublished -> {
                tracks.decrementAndGet();
                metrics.trackUnpublished(kind(unpublished.track()));
            }
            case RoomEvent.ParticipantLeft _,
                    RoomEvent.RoomUpdated _,
                    RoomEvent.ParticipantChanged _ -> {
                // Only what comes and goes is counted.
            }
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
}
