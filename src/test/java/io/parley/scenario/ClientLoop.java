package io.parley.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A thread that serves the transports of one client or of hundreds: their sockets, their commands,
/// their timers. Any thread may call its public methods.
public final class ClientLoop implements AutoCloseable {
    private static final long START_NS = System.nanoTime();
    private static final long IDLE_NS = 200_000_000;
    private static final long SHORTEST_NS = 1_000_000;

    private final Selector selector;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Member> members = new ArrayList<>();
    private long nextPassNs;
    private volatile boolean running = true;

    /// What the loop serves; called on its thread only.
    interface Member {
        void onTime(long nowNs);

        long nextWakeNs();
    }

    /// Stands at a socket's key.
    interface Source {
        void onReady(SelectionKey key);
    }

    public ClientLoop(String name) {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
        thread.start();
    }

    /// The clock of all transports.
    public static long nowNs() {
        return System.nanoTime() - START_NS;
    }

    Selector selector() {
        return selector;
    }

    boolean isCurrentThread() {
        return Thread.currentThread().equals(thread);
    }

    void execute(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    /// On its thread.
    void add(Member member) {
        members.add(member);
        touch(member);
    }

    /// On its thread.
    void remove(Member member) {
        members.remove(member);
    }

    /// Something happened to that one: its timers count anew.
    void touch(Member member) {
        long nowNs = nowNs();
        member.onTime(nowNs);
        nextPassNs = Math.min(nextPassNs, Math.max(member.nextWakeNs(), nowNs + SHORTEST_NS));
    }

    private void run() {
        try {
            while (running) {
                selector.select(ClientLoop::onReady, sleepMs());
                for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
                    guard(next);
                }
                long nowNs = nowNs();
                if (nowNs >= nextPassNs) {
                    pass(nowNs);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closeSelector();
        }
    }

    private static void onReady(SelectionKey key) {
        if (key.isValid() && key.isReadable() && key.attachment() instanceof Source source) {
            guard(() -> source.onReady(key));
        }
    }

    /// What one does wrong is told and does not end the others.
    private static void guard(Runnable turn) {
        try {
            turn.run();
        } catch (RuntimeException | AssertionError e) {
            Thread thread = Thread.currentThread();
            thread.getThreadGroup().uncaughtException(thread, e);
        }
    }

    private long sleepMs() {
        return Math.clamp((nextPassNs - nowNs()) / 1_000_000, 1, IDLE_NS / 1_000_000);
    }

    private void pass(long nowNs) {
        long wakeNs = nowNs + IDLE_NS;
        for (Member member : List.copyOf(members)) {
            guard(() -> member.onTime(nowNs));
            wakeNs = Math.min(wakeNs, member.nextWakeNs());
        }
        nextPassNs = Math.max(wakeNs, nowNs + SHORTEST_NS);
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The members are closed by then.
    @Override
    public void close() {
        running = false;
        selector.wakeup();
        if (!isCurrentThread()) {
            try {
                thread.join(5_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
