package io.parley.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The nodes of a Hazelcast cluster. Alive is who is a member; how busy it is stands in a shared
/// map, written by each node every second. The others are told of each write, and read the map
/// every second in case they missed one. Used from every thread of the node.
public final class HazelcastNodes implements Nodes {
    /// The member attribute with the node's id.
    static final String ATTRIBUTE = "parley.node";

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastNodes.class);
    private static final String MAP = "parley.nodes";
    private static final long EXCHANGE_MS = 1000;

    private final VertxInternal vertx;
    private final Clock clock;
    private final NodeSelector selector;
    private final VirtualThreads threads;
    private final HazelcastInstance hazelcast;
    private final IMap<String, byte[]> map;
    private final AtomicReference<NodeStatus> self;
    private final AtomicLong toldMs;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicLong reports = new AtomicLong();
    private final Map<NodeId, Known> known = new ConcurrentHashMap<>();
    private final List<Consumer<NodeEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Set<NodeId> silent = ConcurrentHashMap.newKeySet();
    private final Set<NodeId> givenUp = ConcurrentHashMap.newKeySet();

    private record Known(NodeStatus status, long report) {}

    public HazelcastNodes(
            Vertx vertx,
            HazelcastInstance hazelcast,
            Clock clock,
            NodeSelector selector,
            NodeStatus self) {
        this.vertx = (VertxInternal) vertx;
        this.clock = clock;
        this.selector = selector;
        this.threads = new VirtualThreads(vertx);
        this.hazelcast = hazelcast;
        this.map = hazelcast.getMap(MAP);
        this.self = new AtomicReference<>(self);
        this.toldMs = new AtomicLong(clock.millis());
    }

    void start() {
        hazelcast.getCluster().addMembershipListener(new Membership());
        map.addEntryListener((EntryAddedListener<String, byte[]>) this::onWritten, true);
        map.addEntryListener((EntryUpdatedListener<String, byte[]>) this::onWritten, true);
        vertx.setPeriodic(
                0,
                EXCHANGE_MS,
                _ ->
                        threads.call(this::exchange)
                                .onFailure(e -> LOG.debug("Node records not exchanged.", e)));
    }

    @Override
    public NodeStatus self() {
        return self.get();
    }

    @Override
    public List<NodeStatus> all() {
        return members().stream().filter(this::isCounted).map(this::status).toList();
    }

    /// Every member, also those that were given up.
    Set<NodeId> members() {
        return hazelcast.getCluster().getMembers().stream()
                .flatMap(member -> node(member).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The nodes that may inherit rooms; draining or silent ones only if there is no other.
    Set<NodeId> survivors() {
        var alive = all();
        var fit =
                alive.stream()
                        .filter(s -> !s.load().isDraining() && isReachable(s.node()))
                        .map(NodeStatus::node)
                        .collect(Collectors.toSet());
        return fit.isEmpty()
                ? alive.stream().map(NodeStatus::node).collect(Collectors.toSet())
                : fit;
    }

    @Override
    public boolean isReachable(NodeId node) {
        return !silent.contains(node);
    }

    private boolean isCounted(NodeId node) {
        return !givenUp.contains(node);
    }

    /// A member that most nodes get no answer from counts as dead until it is taken back.
    void giveUp(NodeId node) {
        if (givenUp.add(node)) {
            LOG.warn("A node is given up: most nodes get no answer from it. node={}", node);
            tell(new NodeEvent.Left(node));
        }
    }

    private void takeBack(NodeId node) {
        if (givenUp.remove(node)) {
            LOG.info("A node that was given up answers again. node={}", node);
            tell(new NodeEvent.Joined(node));
        }
    }

    @Override
    public void report(NodeLoad load) {
        self.updateAndGet(status -> status.with(load, clock.millis()));
    }

    @Override
    public Future<Void> announce(NodeLoad load) {
        report(load);
        return threads.call(this::write).mapEmpty();
    }

    @Override
    public NodeChoice choose() {
        var reachable = all().stream().filter(each -> isReachable(each.node())).toList();
        return selector.select(clock.millis(), self(), reachable);
    }

    @Override
    public long toldMs() {
        return toldMs.get();
    }

    @Override
    public void onChange(Consumer<NodeEvent> listener) {
        ContextInternal context = vertx.getOrCreateContext();
        listeners.add(event -> context.runOnContext(_ -> listener.accept(event)));
    }

    @Override
    public void onPlaced(NodeId node) {
        if (node.equals(self.get().node())) {
            self.updateAndGet(NodeStatus::withOneMoreRoom);
        } else {
            known.computeIfPresent(
                    node, (_, k) -> new Known(k.status().withOneMoreRoom(), k.report()));
        }
    }

    void tell(NodeEvent event) {
        switch (event) {
            case NodeEvent.BusFault(NodeId node) -> silent.add(node);
            case NodeEvent.BusHealed(NodeId node) -> {
                silent.remove(node);
                takeBack(node);
            }
            case NodeEvent.Joined _, NodeEvent.Left _ -> {
                // Says nothing about the bus.
            }
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    private NodeStatus status(NodeId node) {
        var mine = self.get();
        if (node.equals(mine.node())) {
            return mine;
        }
        var heard = known.get(node);
        return heard != null ? heard.status() : NodeStatus.unheard(node);
    }

    private boolean exchange() {
        write();
        map.values().forEach(this::learn);
        return true;
    }

    /// One at a time, so that no older report overwrites a newer one.
    private boolean write() {
        writing.lock();
        try {
            var mine = self.updateAndGet(status -> status.with(status.load(), clock.millis()));
            map.set(mine.node().value(), NodeRecords.toBytes(mine, reports.incrementAndGet()));
            toldMs.set(mine.updatedMs());
            return true;
        } finally {
            writing.unlock();
        }
    }

    private void onWritten(EntryEvent<String, byte[]> event) {
        learn(event.getValue());
    }

    /// A record counts as heard of when its number is new: clocks of nodes need not agree.
    private void learn(byte[] bytes) {
        try {
            var fresh = NodeRecords.parse(bytes);
            known.merge(
                    new NodeId(fresh.getNode().getId()),
                    new Known(NodeRecords.status(fresh, clock.millis()), fresh.getReport()),
                    (old, now) -> now.report() > old.report() ? now : old);
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("A node's record is unreadable. cause={}", e.toString());
        }
    }

    static Optional<NodeId> node(Member member) {
        return Optional.ofNullable(member.getAttribute(ATTRIBUTE)).map(NodeId::new);
    }

    private final class Membership implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            node(event.getMember())
                    .ifPresent(node -> {
                        LOG.info("A node has joined. node={}", node);
                        tell(new NodeEvent.Joined(node));
                    });
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            node(event.getMember()).ifPresent(this::onGone);
        }

        private void onGone(NodeId node) {
            if (members().contains(node)) {
                // It has come back as a new member already.
                return;
            }
            LOG.warn("A node has left. node={}", node);
            known.remove(node);
            silent.remove(node);
            threads.call(() -> map.remove(node.value()) == null);
            if (!givenUp.remove(node)) {
                tell(new NodeEvent.Left(node));
            }
        }
    }
}
