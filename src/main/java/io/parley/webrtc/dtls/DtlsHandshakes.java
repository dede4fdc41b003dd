package io.parley.webrtc.dtls;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs handshakes on virtual threads, a bounded number at a time, with a bounded queue behind
/// them; beyond both it refuses. Of those that run as many compute as there are processors. One a
/// process; safe on any thread.
public final class DtlsHandshakes implements AutoCloseable {
    public static final int MAX_RUNNING = 1024;
    public static final int MAX_QUEUED = 1024;

    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor pool;
    private final HandshakeTurns turns =
            new HandshakeTurns(Runtime.getRuntime().availableProcessors());

    public DtlsHandshakes(int maxRunning, int maxQueued) {
        this.pool =
                new ThreadPoolExecutor(
                        maxRunning,
                        maxRunning,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(maxQueued),
                        Thread.ofVirtual().name("dtls-handshake-", 0).factory());
        this.pool.allowCoreThreadTimeOut(true);
    }

    public DtlsHandshakes() {
        this(MAX_RUNNING, MAX_QUEUED);
    }

    /// Throws [RejectedExecutionException] when running places and queue are full.
    void execute(Runnable handshake) {
        pool.execute(handshake);
    }

    HandshakeTurns.Turn nextTurn(HandshakeGroup group) {
        return turns.next(group, System.nanoTime());
    }

    public int queued() {
        return pool.getQueue().size();
    }

    public int running() {
        return pool.getActiveCount();
    }

    /// Ends running handshakes too.
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
