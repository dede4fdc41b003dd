package io.parley;

import io.parley.auth.ApiKeys;
import io.parley.auth.SecretSeal;
import io.parley.auth.TokenMint;
import io.parley.cluster.Addresses;
import io.parley.cluster.BusMessage;
import io.parley.cluster.Cluster;
import io.parley.cluster.ClusterSettings;
import io.parley.cluster.ClusterStart;
import io.parley.cluster.FileJournal;
import io.parley.cluster.Journal;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeLoad;
import io.parley.cluster.NodeSelector;
import io.parley.cluster.NodeStatus;
import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.parley.media.MediaPlane;
import io.parley.metrics.MediaCounters;
import io.parley.metrics.NodeMetrics;
import io.parley.room.LaunchPoints;
import io.parley.room.RoomParts;
import io.parley.signal.Health;
import io.parley.store.HazelcastStore;
import io.parley.store.LocalStore;
import io.parley.store.ObjectStore;
import io.parley.store.RedisAwayException;
import io.parley.store.RedisStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import livekit.LivekitInternal;
import livekit.LivekitInternal.NodeState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one process runs: its place in the cluster, the media side, the rooms placed here, the main
/// port. Started and stopped from ordinary threads.
public final class Node {
    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final long START_LIMIT_S = 60;
    private static final long STOP_LIMIT_MS = 10_000;
    private static final long LEAVE_LIMIT_MS = 5000;

    /// Exit status of a drained node that everybody had left in time.
    static final int EMPTY = 0;

    /// Exit status of a drained node that somebody was still on at the deadline.
    static final int LATE = 2;

    private static final long REPORT_INTERVAL_MS = 1000;

    private final Launch launch;
    private final NodeSettings settings;
    private final SecureRandom random = new SecureRandom();
    private final NodeId id = NodeId.random(random);
    private final MediaCounters counters = new MediaCounters();
    private final NodeMetrics metrics = new NodeMetrics(id.value(), counters);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Journal journal;
    private final Cluster cluster;
    private final ObjectStore store;
    private final MediaPlane media;
    private final RoomHosting hosting;
    private final LoadMeter meter;
    private final NodeListing listing;
    private final Context reporting;

    private Node(Launch launch) {
        this.launch = launch;
        this.settings = new NodeSettings(launch);
        this.journal = openJournal();
        if (launch.config().flag("cluster.enabled")) {
            warmUp();
        }
        this.media = openMedia();
        Cluster started = null;
        try {
            started =
                    await(
                            new ClusterStart(
                                            clusterSettings(),
                                            Clock.systemUTC(),
                                            status(),
                                            journal,
                                            new NodeSelector(settings.nodeSelector(), random),
                                            b -> b)
                                    .start());
            this.cluster = started;
            this.store = openStore();
            this.hosting = new RoomHosting(cluster.vertx(), metrics, roomParts());
            this.meter = new LoadMeter(System.nanoTime(), media, counters, hosting);
            this.listing = new NodeListing(store, cluster.nodes());
            this.reporting = cluster.vertx().getOrCreateContext();
            cluster.bus().host(cluster.rooms(), hosting);
            showQueues();
            await(
                    new NodeRoutes(launch, settings, cluster, metrics, this::health, random)
                            .listen());
            await(tell(NodeState.SERVING));
            cluster.vertx()
                    .setPeriodic(REPORT_INTERVAL_MS, _ -> reporting.runOnContext(_ -> report()));
            cluster.bus().consume(Addresses.OPERATIONS, new NodeOperations(this)::onRequest);
        } catch (RuntimeException e) {
            media.close();
            if (started != null) {
                started.vertx().close();
            }
            throw e;
        }
    }

    /// Opens everything; a port that is taken or the like is a [ConfigException].
    static Node start(Launch launch) {
        var node = new Node(launch);
        log.info(
                "starting Parley portHttp={} nodeID={} nodeIP={} version={} rtc.portTCP={}"
                        + " rtc.portUDP={} cluster={} store={}",
                launch.config().integer("port"),
                node.id,
                node.settings.nodeIp(),
                Version.current(),
                node.media.openTcpPort(),
                node.media.udpPorts(),
                launch.config().flag("cluster.enabled"),
                node.store);
        return node;
    }

    private MediaPlane openMedia() {
        try {
            return MediaPlane.start(settings.media(), counters);
        } catch (IOException e) {
            throw new ConfigException("cannot open the media ports: " + e.getMessage());
        }
    }

    /// A node may have to open many rooms before it has ever opened one. Reading LiveKit's protocol
    /// definitions takes a second or two then, on every event loop, and no heartbeat is answered.
    private static void warmUp() {
        Thread.ofPlatform().daemon().name("parley-warm-up").start(LivekitInternal::getDescriptor);
    }

    private Journal openJournal() {
        String path = launch.config().text("cluster.journal");
        if (path.isEmpty()) {
            return Journal.NONE;
        }
        try {
            return FileJournal.open(Path.of(path), id);
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException("cluster.journal cannot be written: " + e.getMessage());
        }
    }

    private ClusterSettings clusterSettings() {
        Config config = launch.config();
        return new ClusterSettings(
                config.flag("cluster.enabled"),
                config.text("cluster.config"),
                config.text("cluster.name"),
                String.join(",", config.texts("cluster.members")),
                config.text("cluster.host"),
                config.integer("cluster.port"),
                config.integer("cluster.bus_port"));
    }

    private NodeStatus status() {
        long nowMs = System.currentTimeMillis();
        return new NodeStatus(
                id,
                settings.nodeIp(),
                launch.config().text("region"),
                nowMs,
                nowMs,
                NodeLoad.STARTING);
    }

    /// What outlives a room: in Redis if there is one, else in the memory of the cluster.
    private ObjectStore openStore() {
        var redis = new RedisConfig(launch.config()).settings();
        if (redis.isPresent()) {
            return await(RedisStore.connect(cluster.vertx(), redis.get(), id.value()));
        }
        var state = cluster.state();
        return state == null ? new LocalStore() : new HazelcastStore(state);
    }

    /// Complete when the others can know.
    private Future<Void> tell(NodeState state) {
        Promise<Void> told = Promise.promise();
        reporting.runOnContext(_ -> {
            cluster.nodes().announce(meter.measure(System.nanoTime(), state)).onComplete(told);
            listing.report();
        });
        return told.future();
    }

    private void report() {
        var state = draining.get() ? NodeState.SHUTTING_DOWN : NodeState.SERVING;
        cluster.nodes().report(meter.measure(System.nanoTime(), state));
        listing.report();
    }

    private RoomParts roomParts() {
        return new RoomParts(
                cluster.bus(),
                cluster.rooms(),
                cluster.fence(),
                journal,
                store,
                settings.room(id.value()),
                new TokenMint(new ApiKeys(launch.keys())),
                new SecretSeal(new ApiKeys(launch.keys())),
                random,
                (_, context) -> media.place(context),
                LaunchPoints.NONE,
                (_, _) -> {});
    }

    private void showQueues() {
        var pairs = cluster.bus().pairs();
        metrics.gauge(
                "parley_bus_queued_bytes", "Queued for other nodes", () -> pairs.queuedBytes());
        metrics.counter(
                "parley_bus_dropped_total",
                "Messages for nodes that take none",
                () -> pairs.dropped());
    }

    private Health health() {
        return draining.get()
                ? Health.DRAINING
                : Health.of(System.currentTimeMillis(), cluster.nodes().toldMs());
    }

    /// What a developer needs to know at once.
    String greeting() {
        int port = launch.config().integer("port");
        if (!launch.dev()) {
            return "Parley is ready on port " + port;
        }
        String key = launch.keys().keySet().iterator().next();
        return """

        Parley is ready.
          URL         ws://127.0.0.1:%d
          API key     %s
          API secret  %s
          try it      http://127.0.0.1:%d/try
        """
                .formatted(port, key, launch.keys().get(key), port);
    }

    /// Plays what a busy node does; whether all of it worked.
    boolean train(Training.Extent extent) {
        return new Training(extent, cluster.vertx(), media, launch).run();
    }

    NodeId id() {
        return id;
    }

    Cluster cluster() {
        return cluster;
    }

    MediaPlane media() {
        return media;
    }

    MediaCounters counters() {
        return counters;
    }

    NodeMetrics metrics() {
        return metrics;
    }

    RoomHosting hosting() {
        return hosting;
    }

    /// Takes the node out of service and ends it: rooms and clients move to other nodes, at the
    /// latest at the deadline (`cluster.drain_timeout`) everything stops. Later calls change
    /// nothing.
    void drain() {
        if (draining.compareAndSet(false, true)) {
            Thread.ofVirtual().name("drain").start(this::drainAndStop);
        }
    }

    private void drainAndStop() {
        var drain =
                new Drain(
                        cluster.nodes(),
                        hosting,
                        op -> cluster.bus().publish(Addresses.CONNECTIONS, BusMessage.of(op)),
                        this::left,
                        stopped::get,
                        launch.config().duration("cluster.drain_timeout"));
        boolean isEmpty = false;
        try {
            isEmpty = drain.run(tell(NodeState.SHUTTING_DOWN));
        } catch (RuntimeException e) {
            log.error("the drain failed nodeID={}", id, e);
        }
        stop(Math.max(LEAVE_LIMIT_MS, drain.leftMs()));
        ended.complete(isEmpty ? EMPTY : LATE);
    }

    boolean isDraining() {
        return draining.get();
    }

    /// Who is still here.
    Drain.Left left() {
        return new Drain.Left(hosting.presentRooms(), hosting.participants(), metrics.websockets());
    }

    /// The exit status of a node that was drained, once it has ended.
    CompletionStage<Integer> ended() {
        return ended;
    }

    /// Ends sessions, rooms and ports. Later calls do nothing.
    void stop() {
        stop(STOP_LIMIT_MS);
    }

    private void stop(long limitMs) {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        log.info("exit requested, shutting down nodeID={}", id);
        Drain.waitFor("rooms", hosting.closeAll(), limitMs);
        Drain.waitFor("the farewell to LiveKit's tools", leaveListing(), limitMs);
        Drain.waitFor("the farewell to the cluster", cluster.leave(), limitMs);
        Drain.waitFor("the signalling side", cluster.vertx().close(), limitMs);
        closeOwn();
    }

    private void closeOwn() {
        media.close();
        metrics.close();
        journal.close();
    }

    private Future<Void> leaveListing() {
        Promise<Void> left = Promise.promise();
        reporting.runOnContext(_ -> listing.leave().onComplete(left));
        return left.future();
    }

    /// Ends it as a kill would, without a word to anybody. Later stops do nothing.
    void crash() {
        if (stopped.compareAndSet(false, true)) {
            Drain.waitFor("the crash", cluster.crash(), STOP_LIMIT_MS);
            closeOwn();
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(START_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisAwayException away) {
                throw new ConfigException(String.valueOf(away.getMessage()));
            }
            throw new ConfigException("cannot start: " + e.getCause());
        } catch (TimeoutException _) {
            throw new ConfigException("cannot start within " + START_LIMIT_S + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("start was interrupted");
        }
    }
}
