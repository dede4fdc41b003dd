package io.parley.signal;

import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Holds a client back that says more than its session has worked off, or than any client needs to:
/// its websocket is not read meanwhile, so that TCP makes it wait. Owned by its connection.
final class Intake {
    private static final long NOT_ARMED = -1;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final FrameBudget budget;
    private final BooleanSupplier isSessionBusy;
    private final Runnable onFlood;
    private long timer = NOT_ARMED;
    private boolean isHeld;
    private boolean isStopped;

    Intake(
            Vertx vertx,
            ServerWebSocket socket,
            InboundLimits limits,
            BooleanSupplier isSessionBusy,
            Runnable onFlood) {
        this.vertx = vertx;
        this.socket = socket;
        this.budget = new FrameBudget(System.nanoTime(), limits);
        this.isSessionBusy = isSessionBusy;
        this.onFlood = onFlood;
    }

    /// Counts every frame, also those that make no message.
    void onFrame(int bytes) {
        budget.onFrame(System.nanoTime(), bytes);
        check();
    }

    /// The session may have worked something off.
    void check() {
        long nowNs = System.nanoTime();
        if (isStopped) {
            return;
        }
        if (budget.isFlooded(nowNs)) {
            onFlood.run();
            return;
        }
        long waitNs = budget.waitNs(nowNs);
        if (waitNs > 0 && timer == NOT_ARMED) {
            timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(waitNs) + 1, _ -> onTimer());
        }
        hold(waitNs > 0 || isSessionBusy.getAsBoolean());
    }

    private void onTimer() {
        timer = NOT_ARMED;
        check();
    }

    private void hold(boolean held) {
        if (held != isHeld) {
            isHeld = held;
            if (held) {
                socket.pause();
            } else {
                socket.resume();
            }
        }
    }

    /// Nothing that the client might have said is heard at the moment.
    boolean isHeld() {
        return isHeld;
    }

    /// The connection is closing.
    ///
    /// @param deaf whether nothing more is read, not even the client's own close
    void stop(boolean deaf) {
        if (!isStopped) {
            isStopped = true;
            vertx.cancelTimer(timer);
            hold(deaf);
        }
    }
}
