package io.parley.media;

import io.parley.metrics.MediaCounters;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One platform thread with one media port and the peers placed on it. Everything of a peer happens
/// here; others give it work with [#execute]. A batch of datagrams is drained first, then what it
/// caused leaves subscriber by subscriber.
final class MediaLoop implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(MediaLoop.class);
    private static final long TIMER_TICK_NS = 5_000_000;
    private static final long REFRESH_NS = 100_000_000;
    private static final long MAX_SLEEP_NS = 500_000_000;

    private final MediaPort port;
    private final MediaCounters counters;

    private final Selector selector;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakeUpAsked = new AtomicBoolean();
    private final AtomicInteger load = new AtomicInteger();
    private final AtomicLong busyNs = new AtomicLong();
    private final SourceTable sources = new SourceTable();
    private final SendArea.Memory sendMemory = new SendArea.Memory();
    private final WakeTable peers = new WakeTable();
    private final ArrayDeque<Peer> dirty = new ArrayDeque<>();

    private volatile boolean running = true;
    private long nowNs = MediaClock.nowNs();
    private long awakeSinceNs = nowNs;
    private boolean asleep;
    private long nextTimersNs;
    private long nextRefreshNs;

    MediaLoop(int index, MediaPlane plane, MediaSettings settings, MediaCounters counters)
            throws IOException {
        this.counters = counters;
        this.selector = Selector.open();
        try {
            this.port = new MediaPort(index, this, plane, settings, counters);
            port.register(selector);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
        this.thread = Thread.ofPlatform().name("media-" + index).daemon(true).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /// Runs on the loop's thread, after what was given before. Any thread may call it.
    void execute(Runnable command) {
        commands.add(command);
        if (!isCurrentThread() && wakeUpAsked.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /// Peers here, for placement. Any thread may ask.
    int load() {
        return load.get();
    }

    /// Time for which the loop did not wait for datagrams or commands, since its start. Any thread
    /// may ask.
    long busyNs() {
        return busyNs.get();
    }

    MediaPort port() {
        return port;
    }

    @Override
    public void run() {
        while (running) {
            try {
                turn();
            } catch (IOException e) {
                log.error("media loop could not wait for its sockets", e);
            } catch (RuntimeException e) {
                log.error("media loop met a fault and goes on", e);
            }
        }
        finish();
    }

    private void turn() throws IOException {
        long turnNs = MediaClock.nowNs();
        long sleepNs = commands.isEmpty() ? nextTimersNs - turnNs : 0;
        busyNs.lazySet(busyNs.getPlain() + turnNs - awakeSinceNs);
        awakeSinceNs = turnNs;
        asleep = true;
        if (sleepNs <= 0) {
            selector.selectNow(this::onReady);
        } else {
            selector.select(
                    this::onReady, Math.max(1, Math.min(sleepNs, MAX_SLEEP_NS) / 1_000_000));
        }
        nowNs = MediaClock.nowNs();
        wake();
        wakeUpAsked.set(false);
        runCommands();
        if (nowNs >= nextTimersNs) {
            runTimers();
        }
        flushDirty();
    }

    private void wake() {
        if (asleep) {
            asleep = false;
            awakeSinceNs = nowNs;
        }
    }

    private void onReady(SelectionKey key) {
        nowNs = MediaClock.nowNs();
        wake();
        try {
            port.onReady(nowNs, key);
        } catch (RuntimeException e) {
            log.error("media port failed on a ready socket", e);
        }
        flushDirty();
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            try {
                command.run();
            } catch (RuntimeException e) {
                log.error("media command failed", e);
            }
        }
    }

    /// Peers say when they want to be woken; ten times a second all are asked, for what one peer
    /// does may bring work to another that does not hear of it.
    private void runTimers() {
        if (nowNs >= nextRefreshNs) {
            nextRefreshNs = nowNs + REFRESH_NS;
            peers.refresh();
            port.onTime(nowNs);
            port.flushCounters();
        }
        long next = Math.min(peers.wake(nowNs), nowNs + MAX_SLEEP_NS);
        nextTimersNs = Math.max(next, nowNs + TIMER_TICK_NS);
    }

    private void flushDirty() {
        for (Peer peer = dirty.poll(); peer != null; peer = dirty.poll()) {
            flush(peer);
        }
    }

    private static void flush(Peer peer) {
        try {
            peer.flush();
        } catch (RuntimeException e) {
            peer.onFault(e);
        }
    }

    /// The moment of the current batch. Loop thread only.
    long nowNs() {
        return nowNs;
    }

    /// Asks for the peer's timers no later than that.
    void wakeBy(Peer peer, long atNs) {
        peers.wakeBy(peer, atNs);
        if (atNs < nextTimersNs) {
            nextTimersNs = atNs;
        }
    }

    /// The peer has something to flush after this batch.
    void markDirty(Peer peer) {
        dirty.add(peer);
    }

    void add(Peer peer) {
        peers.add(peer);
        load.incrementAndGet();
        counters.addPeers(1);
    }

    void remove(Peer peer) {
        if (peers.remove(peer)) {
            load.decrementAndGet();
            counters.addPeers(-1);
            port.forget(peer);
        }
    }

    /// A connection whose first check names a peer of this loop comes over from the loop that
    /// accepted it.
    void adopt(SocketChannel channel, byte[] received) {
        execute(() -> port.adopt(nowNs, channel, received));
    }

    boolean isCurrentThread() {
        return Thread.currentThread().equals(thread);
    }

    /// What send areas borrow from.
    SendArea.Memory sendMemory() {
        return sendMemory;
    }

    /// The sources of every room placed here.
    SourceTable sources() {
        return sources;
    }

    /// What closed peers and rooms must not leave behind. Loop thread only.
    int entries() {
        return peers.size() + dirty.size() + port.entries() + (sources.isEmpty() ? 0 : 1);
    }

    Selector selector() {
        return selector;
    }

    void stop() {
        running = false;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish() {
        runCommands();
        for (Peer peer : peers.all()) {
            peer.close(true);
        }
        flushDirty();
        port.close();
        try {
            selector.close();
        } catch (IOException e) {
            log.warn("selector did not close", e);
        }
    }
}
