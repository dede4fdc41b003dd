package io.parley.signal;

import io.parley.cluster.BusMessage;
import io.parley.cluster.Ops;
import io.parley.cluster.ReceiveProgress;
import io.parley.cluster.SendWindow;
import io.parley.cluster.WindowSize;

/// Both ways between a websocket and one owner of its room, so that a lost message is missed and
/// neither side is too far ahead of the other. Owned by its connection.
final class Numbering {
    private final SendWindow signals = new SendWindow(WindowSize.FROM_CLIENT);
    private final ReceiveProgress responses = new ReceiveProgress(WindowSize.TO_CLIENT);

    BusMessage onSignal(BusMessage signal) {
        long number = signals.onSent(signal.length());
        return signal.with(Ops.NUMBER, number);
    }

    /// Whether the session has still enough to work off.
    boolean isSessionBusy() {
        return !signals.isOpen();
    }

    /// False if messages were lost before this one.
    boolean onResponse(BusMessage response) {
        var number = response.number(Ops.NUMBER);
        return number.isEmpty() || responses.onReceived(number.getAsLong());
    }

    /// The websocket took a response of that size. True if the session is to hear of it.
    boolean onTaken(int size) {
        return responses.onDone(size);
    }

    /// Lets the session know how far the websocket is.
    BusMessage progress() {
        return BusMessage.of(Ops.PROGRESS).with(Ops.DONE, responses.tell());
    }

    /// Lets the session compare what was sent with what has come, and say the same of its side.
    BusMessage check() {
        return progress().with(Ops.SENT, signals.sent());
    }

    /// How far the session is. False if messages were lost on the way from it.
    boolean onProgress(BusMessage progress) {
        progress.number(Ops.DONE).ifPresent(signals::onDone);
        var sent = progress.number(Ops.SENT);
        return sent.isEmpty() || sent.getAsLong() == responses.received();
    }
}
