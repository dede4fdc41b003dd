package io.parley.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
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
import java.util.function.UnaryOperator;

/// Starts Vert.x, clustered or not. Call it from a thread of its own, not from a Vert.x context.
public final class ClusterStart {
    private static final String RESOURCE = "/cluster.xml";
    private static final int BUS_PING_MS = 1000;
    private static final int BUS_CONNECT_MS = 1500;

    private final ClusterSettings settings;
    private final Clock clock;
    private final NodeStatus self;
    private final UnaryOperator<VertxBuilder> adjust;

    /// Lets the caller add metrics and the like to the builder with `adjust`.
    public ClusterStart(
            ClusterSettings settings,
            Clock clock,
            NodeStatus self,
            UnaryOperator<VertxBuilder> adjust) {
        this.settings = settings;
        this.clock = clock;
        this.self = self;
        this.adjust = adjust;
    }

    public Future<Cluster> start() {
        return settings.isEnabled() ? startClustered() : startAlone();
    }

    private Future<Cluster> startAlone() {
        var vertx = adjust.apply(Vertx.builder().with(new VertxOptions())).build();
        return Bus.start(vertx, self.node())
                .map(bus ->
                        new Cluster(
                                vertx,
                                bus,
                                new LocalNodes(clock, self),
                                new LocalRoomDirectory(self.node())));
    }

    private Future<Cluster> startClustered() {
        var manager = new HazelcastClusterManager(hazelcastConfig());
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
                .compose(vertx -> join(vertx, manager));
    }

    private Future<Cluster> join(Vertx vertx, HazelcastClusterManager manager) {
        var hazelcast = manager.getHazelcastInstance();
        var nodes = new HazelcastNodes(vertx, hazelcast, clock, self);
        nodes.start();
        return Bus.start(vertx, self.node())
                .map(bus -> {
                    new BusHeartbeat(bus, nodes, nodes::tell).start(vertx);
                    var rooms = new HazelcastRoomDirectory(vertx, hazelcast, nodes);
                    return new Cluster(vertx, bus, nodes, rooms);
                });
    }

    private Config hazelcastConfig() {
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
