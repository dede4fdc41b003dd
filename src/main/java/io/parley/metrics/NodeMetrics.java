package io.parley.metrics;

import static io.parley.metrics.Family.Type.COUNTER;
import static io.parley.metrics.Family.Type.GAUGE;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Everything that a node counts, under LiveKit's series names where there is one, so that its
/// dashboards keep working. No label tells one room or participant from another: their number has
/// no bound. Any thread may count.
public final class NodeMetrics implements AutoCloseable {
    private static final String NODE_TYPE = "SERVER";

    /// LiveKit's experiment of fewer round trips, which is not ours.
    private static final String NO_WARP = "false";

    private static final double[] LATENCY_MS = {
        5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000
    };
    private static final double[] SESSION_MS = {
        1_000, 10_000, 60_000, 300_000, 1_800_000, 3_600_000, 18_000_000, 36_000_000
    };
    private static final double[] ROOM_S = {5, 10, 60, 300, 600, 1800, 3600, 7200, 18_000, 36_000};

    private final String nodeId;
    private final MediaCounters media;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final Map<String, Single> singles = new ConcurrentHashMap<>();
    private final LongAdder websockets = new LongAdder();

    private final Family rooms = new Family(GAUGE, "livekit_room_total", "Rooms on this node");
    private final Family participants =
            new Family(GAUGE, "livekit_participant_total", "Participants on this node");
    private final Family published =
            new Family(GAUGE, "livekit_track_published_total", "Tracks published now", "kind");
    private final Family subscribed =
            new Family(GAUGE, "livekit_track_subscribed_total", "Tracks forwarded now", "kind");
    private final Family publishing =
            new Family(
                    COUNTER,
                    "livekit_track_publish_counter",
                    "Publications by outcome",
                    "kind",
                    "state");
    private final Family subscribing =
            new Family(
                    COUNTER,
                    "livekit_track_subscribe_counter",
                    "Subscriptions by outcome",
                    "state",
                    "error");
    private final Family joins =
            new Family(COUNTER, "livekit_participant_join_total", "Joins by step", "state", "warp");
    private final Family messages =
            new Family(
                    COUNTER,
                    "livekit_node_messages",
                    "Signal messages",
                    "type",
                    "status",
                    "direction");
    private final Family operations =
            new Family(
                    COUNTER,
                    "livekit_node_service_operation",
                    "Operations by outcome",
                    "type",
                    "status",
                    "error_type");
    private final Family requests =
            new Family(
                    COUNTER,
                    "livekit_node_twirp_request_status",
                    "Server API calls",
                    "service",
                    "method",
                    "status",
                    "code");
    private final Family webhooks =
            new Family(
                    COUNTER,
                    "livekit_webhook_dispatch_total",
                    "Webhooks by outcome",
                    "status",
                    "reason");
    private final Family cuts =
            new Family(
                    COUNTER,
                    "parley_signal_cut_total",
                    "Websockets that the server cut off, by reason",
                    "reason");
    private final List<Family> families =
            List.of(
                    rooms,
                    participants,
                    published,
                    subscribed,
                    publishing,
                    subscribing,
                    joins,
                    messages,
                    operations,
                    requests,
                    webhooks,
                    cuts);

    private record Single(Family.Type type, String help, LongSupplier value) {}

    public NodeMetrics(String nodeId, MediaCounters media) {
        this.nodeId = nodeId;
        this.media = media;
        registry.config().commonTags("node_id", nodeId, "node_type", NODE_TYPE);
        new JvmMemoryMetrics().bindTo(registry);
        collector.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gauge("parley_websockets", "Signal connections on this node", websockets::sum);
        rooms.add(0);
        participants.add(0);
    }

    public void roomOpened() {
        rooms.add(1);
    }

    public void roomClosed(long durationMs) {
        rooms.add(-1);
        histogram("livekit_room_duration_seconds", ROOM_S, Tags.empty()).record(durationMs / 1e3);
    }

    public void participantJoined() {
        participants.add(1);
    }

    public void participantLeft(int protocolVersion, long sessionMs) {
        participants.add(-1);
        histogram("livekit_session_duration_ms", SESSION_MS, protocol(protocolVersion))
                .record((double) sessionMs);
    }

    /// From the first signal to a peer connection that carries media.
    public void sessionConnected(int protocolVersion, long latencyMs) {
        histogram("livekit_session_join_latency_ms", LATENCY_MS, protocol(protocolVersion))
                .record((double) latencyMs);
    }

    /// A track can be subscribed to from now on.
    ///
    /// @param kind `AUDIO`, `VIDEO` or `DATA`
    public void trackPublished(String kind) {
        published.add(1, kind);
        publishing.add(1, kind, "success");
    }

    public void trackUnpublished(String kind) {
        published.add(-1, kind);
    }

    /// What became of the wish to publish.
    ///
    /// @param state `attempt`, `cancel`; a success counts by [#trackPublished]
    public void publishing(String kind, String state) {
        publishing.add(1, kind, state);
    }

    public void trackSubscribed(String kind) {
        subscribed.add(1, kind);
        subscribing.add(1, "success", "");
    }

    public void subscribeAttempted() {
        subscribing.add(1, "attempt", "");
    }

    public void trackUnsubscribed(String kind) {
        subscribed.add(-1, kind);
    }

    public void subscribeFailed(String error) {
        subscribing.add(1, "failure", error);
    }

    /// How far a join came.
    ///
    /// @param state `signal_connected`, `signal_failed`, `signal_validation_failed`, `rtc_init`,
    ///   `rtc_connected`, `rtc_active` and the others of LiveKit
    public void joined(String state) {
        joins.add(1, state, NO_WARP);
    }

    /// One message over a websocket.
    ///
    /// @param direction `incoming` or `outgoing`
    /// @param status `success` or `failure`
    public void signalMessage(String direction, String status) {
        messages.add(1, "signal", status, direction);
    }

    public void websocketOpened() {
        websockets.increment();
    }

    public void websocketClosed() {
        websockets.decrement();
    }

    /// Those of this node, wherever their sessions live.
    public int websockets() {
        return websockets.intValue();
    }

    /// The server closed a websocket that it could not go on with.
    ///
    /// @param reason `slow` reads too slowly, `flood` says too much, `loss` of messages between
    ///   nodes
    public void connectionCut(String reason) {
        cuts.add(1, reason);
    }

    public void serviceOperation(String type, String status, String errorType) {
        operations.add(1, type, status, errorType);
    }

    /// One call of the server API.
    ///
    /// @param service as `RoomService`
    /// @param status the HTTP status, shown as its family: `2xx`
    /// @param code the Twirp code, empty for a success
    public void twirpRequest(
            String service, String method, int status, String code, long latencyMs) {
        String family = status / 100 + "xx";
        requests.add(1, service, method, family, code);
        histogram(
                        "livekit_node_twirp_request_latency_ms",
                        LATENCY_MS,
                        Tags.of("service", service, "method", method, "status", family))
                .record((double) latencyMs);
    }

    public void webhookDispatched(String status, String reason) {
        webhooks.add(1, status, reason);
    }

    /// Shows a number that somebody else keeps, under its whole name.
    public void gauge(String name, String help, LongSupplier value) {
        singles.put(name, new Single(GAUGE, help, value));
    }

    /// As [#gauge], of a number that only grows.
    public void counter(String name, String help, LongSupplier value) {
        singles.put(name, new Single(COUNTER, help, value));
    }

    public MediaCounters media() {
        return media;
    }

    /// The content type of what [#scrape] returns.
    public static String contentType() {
        return Exposition.CONTENT_TYPE;
    }

    /// All series in Prometheus's text format.
    public String scrape() {
        Exposition page = new Exposition(nodeId, NODE_TYPE);
        for (Family family : families) {
            family.writeTo(page);
        }
        singles.forEach((name, each) ->
                page.single(each.type(), name, each.help(), each.value().getAsLong()));
        MediaSeries.write(media, page);
        page.append(registry.scrape());
        return page.toString();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }

    private static Tags protocol(int version) {
        return Tags.of("protocol_version", String.valueOf(version));
    }

    private DistributionSummary histogram(String name, double[] buckets, Tags tags) {
        return DistributionSummary.builder(name)
                .serviceLevelObjectives(buckets)
                .tags(tags)
                .register(registry);
    }
}
