package io.parley.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fence of a node in a cluster: a thread that ticks ten times a second and looks around. After
/// a pause of the whole process whoever asks first sees that the last tick is old, before the
/// ticker itself has run again. Asked by every thread of the node.
final class NodeFence implements Fence, Bus.Neighbour {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFence.class);
    private static final long TICK_MS = 100;

    private final NodeId self;
    private final HazelcastNodes nodes;
    private final BusReach reach;
    private final Quorum quorum;
    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final ExpectedNodes expected;
    private final BusDeaths deaths;
    private final FenceRule rule;
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("parley-fence").factory());
    private volatile boolean isFenced;
    private volatile boolean isMerging;
    private volatile boolean isClosed;
    private volatile long tickNs = System.nanoTime();

    /// What a fenced node has to do; called on the fence's thread.
    interface Consequences {
        /// Compares the own rooms with the directory; succeeds when those lost are closed.
        Future<Void> checkOwnRooms();

        void onUnfenced();
    }

    NodeFence(NodeId self, HazelcastNodes nodes, BusReach reach, Quorum quorum, Journal journal) {
        this.self = self;
        this.nodes = nodes;
        this.reach = reach;
        this.quorum = quorum;
        this.journal = journal;
        this.expected = new ExpectedNodes(self);
        this.deaths = new BusDeaths(self);
        this.rule = new FenceRule(self, tickNs);
    }

    void start(Vertx vertx, HazelcastInstance hazelcast, Consequences consequences) {
        hazelcast.getLifecycleService().addLifecycleListener(this::onLifecycle);
        ((VertxInternal) vertx)
                .addCloseHook(closed -> {
                    isClosed = true;
                    ticker.shutdownNow();
                    closed.succeed();
                });
        var _ =
                ticker.scheduleWithFixedDelay(
                        () -> tick(consequences), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isFenced() {
        return isFenced || isMerging || isClosed || System.nanoTime() - tickNs > FenceRule.PAUSE_NS;
    }

    @Override
    public BusMessage onHeartbeat() {
        return BusHeartbeat.answer(self, nodes.members(), reach);
    }

    @Override
    public void onLeaving(NodeId node) {
        lock.lock();
        try {
            expected.onLeaving(node);
        } finally {
            lock.unlock();
        }
    }

    /// The nodes that it counts on at present.
    Electorate electorate() {
        lock.lock();
        try {
            return expected.electorate();
        } finally {
            lock.unlock();
        }
    }

    private void onLifecycle(LifecycleEvent event) {
        switch (event.getState()) {
            case MERGING -> isMerging = true;
            case MERGED, MERGE_FAILED -> isMerging = false;
            default -> {
                // Starting and stopping decide nothing.
            }
        }
    }

    private void tick(Consequences consequences) {
        try {
            switch (look()) {
                case NOTHING -> {
                    // As before.
                }
                case FENCE -> {
                    LOG.warn("This node is fenced. cause=\"{}\"", rule.reason());
                    journal.record("fenced", "", 0, rule.reason());
                }
                case CHECK -> check(consequences);
                case UNFENCE -> {
                    LOG.info("This node decides again.");
                    journal.record("unfenced", "", 0, "");
                    consequences.onUnfenced();
                }
            }
        } catch (RuntimeException e) {
            // Also without looking around it is fenced: the last tick grows old.
            LOG.debug("The fence could not look around.", e);
        }
    }

    private FenceRule.Step look() {
        long nowNs = System.nanoTime();
        boolean mayDecide = !isFenced();
        var members = nodes.members();
        var answers = reach.all();
        Set<NodeId> dead;
        FenceRule.Step step;
        lock.lock();
        try {
            expected.onTick(nowNs - tickNs, members, reach.mutual(self), mayDecide);
            var electorate = expected.electorate();
            quorum.onElectorate(electorate);
            var view = new FenceRule.View(electorate, members, answers, isMerging);
            step = rule.onTick(nowNs, view);
            // First the verdict, then the tick: nobody sees a fresh tick with an old verdict.
            isFenced = rule.isFenced();
            tickNs = nowNs;
            dead = dead(nowNs, view);
        } finally {
            lock.unlock();
        }
        dead.forEach(nodes::giveUp);
        return step;
    }

    private Set<NodeId> dead(long nowNs, FenceRule.View view) {
        if (rule.isFenced()) {
            deaths.onFenced();
            return Set.of();
        }
        return deaths.onTick(nowNs, view);
    }

    private void check(Consequences consequences) {
        long startedNs = System.nanoTime();
        consequences.checkOwnRooms().onComplete(done -> onChecked(startedNs, done.succeeded()));
    }

    private void onChecked(long startedNs, boolean isDone) {
        lock.lock();
        try {
            rule.onChecked(startedNs, isDone);
        } finally {
            lock.unlock();
        }
    }
}
