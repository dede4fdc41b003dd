package io.parley.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts Vert.x, clustered or not. Call it from a thread of its own, not from a Vert.x context.
public final class ClusterStart {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterStart.class);
    private static final String RESOURCE = "/cluster.xml";
    private static final int BUS_PING_MS = 1000;
    private static final int BUS_CONNECT_MS = 1500;
    private static final long QUORUM_POLL_MS = 50;

    private final ClusterSettings settings;
    private final Clock clock;
    private final NodeStatus self;
    private final Journal journal;
    private final NodeSelector selector;
    private final UnaryOperator<VertxBuilder> adjust;

    /// Lets the caller add metrics and the like to the builder with `adjust`.
    public ClusterStart(
            ClusterSettings settings,
            Clock clock,
            NodeStatus self,
            Journal journal,
            NodeSelector selector,
            UnaryOperator<VertxBuilder> adjust) {
        this.settings = settings;
        this.clock = clock;
        this.self = self;
        this.journal = journal;
        this.selector = selector;
        this.adjust = adjust;
    }

    public Future<Cluster> start() {
        return settings.isEnabled() ? startClustered() : startAlone();
    }

    private Future<Cluster> startAlone() {
        var vertx = adjust.apply(Vertx.builder().with(new VertxOptions())).build();
        var nodes = new LocalNodes(clock, selector, self);
        return Bus.start(vertx, self.node())
                .map(bus -> {
                    var rooms = new LocalRoomDirectory(nodes, Epochs.startingAt(clock));
                    return new Cluster(vertx, bus, nodes, limited(rooms, nodes), Fence.NONE, null);
                });
    }

    private RoomDirectory limited(RoomDirectory rooms, Nodes nodes) {
        return selector.hasLimits() ? new LimitedRoomDirectory(rooms, nodes, selector) : rooms;
    }

    private Future<Cluster> startClustered() {
        var quorum = new Quorum(self.node());
        var manager = new HazelcastClusterManager(hazelcastConfig(quorum));
        var options =
                new VertxOptions()
                        .setEventBusOptions(
                                new EventBusOptions()
                                        .setHost(settings.bindAddress())
                                        .setPort(settings.busPort())
                                        .setClusterPingInterval(BUS_PING_MS)
                                        .setClusterPingReplyInterval(BUS_PING_MS)
                                        .setConnectTimeout(BUS_CONNECT_MS));
        return adjust.apply(Vertx.builder().with(options))
                .withClusterManager(manager)
                .buildClustered()
                .compose(vertx -> join(vertx, manager.getHazelcastInstance(), quorum));
    }

    private Future<Cluster> join(Vertx vertx, HazelcastInstance hazelcast, Quorum quorum) {
        var nodes = new HazelcastNodes(vertx, hazelcast, clock, selector, self);
        var members = nodes.members();
        if (Epochs.tags(members).size() < members.size()) {
            return vertx.close()
                    .compose(_ -> Future.failedFuture("two nodes' ids are too alike; try again"));
        }
        nodes.start();
        return Bus.start(vertx, self.node())
                .map(bus -> assemble(bus, hazelcast, nodes, quorum))
                .compose(cluster -> onceWritable(cluster, hazelcast));
    }

    private Cluster assemble(
            Bus bus, HazelcastInstance hazelcast, HazelcastNodes nodes, Quorum quorum) {
        var vertx = bus.vertx();
        var reach = new BusReach();
        var fence = new NodeFence(self.node(), nodes, reach, quorum, journal);
        var rooms =
                new HazelcastRoomDirectory(
                        vertx, hazelcast, nodes, bus.rooms(), fence, journal, clock);
        var watch = new RoomWatch(bus, rooms, fence);
        var inheritance = new Inheritance(bus, rooms, fence);
        nodes.onChange(bus::onNode);
        bus.neighbour(fence);
        new BusHeartbeat(bus, nodes, reach).start(vertx);
        watch.start(vertx);
        inheritance.start(nodes);
        fence.start(
                vertx,
                hazelcast,
                new NodeFence.Consequences() {
                    @Override
                    public Future<Void> checkOwnRooms() {
                        return watch.check();
                    }

                    @Override
                    public void onUnfenced() {
                        inheritance.soon();
                    }
                });
        return new Cluster(vertx, bus, nodes, rooms, fence, StateMap.of(vertx, hazelcast));
    }

    /// Hazelcast counts a quorum for the first time when a member comes, or after a second.
    private static Future<Cluster> onceWritable(Cluster cluster, HazelcastInstance hazelcast) {
        boolean isWritable =
                hazelcast
                        .getSplitBrainProtectionService()
                        .getSplitBrainProtection(Quorum.NAME)
                        .hasMinimumSize();
        return isWritable
                ? Future.succeededFuture(cluster)
                : cluster.vertx()
                        .timer(QUORUM_POLL_MS, TimeUnit.MILLISECONDS)
                        .compose(_ -> onceWritable(cluster, hazelcast));
    }

    private Config hazelcastConfig(Quorum quorum) {
        var variables = new Properties();
        variables.putAll(System.getProperties());
        variables.setProperty("parley.cluster.name", settings.clusterName());
        variables.setProperty("parley.cluster.members", settings.members());
        variables.setProperty("parley.cluster.interface", settings.bindAddress());
        variables.setProperty("parley.cluster.port", String.valueOf(settings.hazelcastPort()));
        try (InputStream xml = open()) {
            var config = new XmlConfigBuilder(xml).setProperties(variables).build();
            config.getMemberAttributeConfig()
                    .setAttribute(HazelcastNodes.ATTRIBUTE, self.node().value());
            SharedMaps.protect(config, quorum);
            if (!config.getAdvancedNetworkConfig().isEnabled()) {
                LOG.warn(
                        "cluster.xml has no advanced-network: while one node is paused, others may"
                                + " lose each other.");
            }
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException("cluster.xml cannot be read", e);
        }
    }

    private InputStream open() throws IOException {
        if (settings.path().isPresent()) {
            return Files.newInputStream(Path.of(settings.path().get()));
        }
        return Objects.requireNonNull(
                ClusterStart.class.getResourceAsStream(RESOURCE), "no cluster.xml in the jar");
    }
}
