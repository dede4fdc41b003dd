package io.parley.cluster;

import java.util.ArrayDeque;
import java.util.Queue;

/// What was sent to one receiver, numbered from 1, and how much of it the receiver has not yet
/// worked off ([ReceiveProgress] is its other end). Owned by its sender.
public final class SendWindow {
    private final WindowSize size;
    private final Queue<Integer> underway = new ArrayDeque<>();
    private long bytesUnderway;
    private long sent;

    public SendWindow(WindowSize size) {
        this.size = size;
    }

    /// The message's number.
    public long onSent(int bytes) {
        underway.add(bytes);
        bytesUnderway += bytes;
        return ++sent;
    }

    /// Everything up to that number is worked off.
    public void onDone(long upTo) {
        while (!underway.isEmpty() && sent - underway.size() < upTo) {
            bytesUnderway -= underway.remove();
        }
    }

    /// Whether one more may be sent.
    public boolean isOpen() {
        return underway.size() < size.messages() && bytesUnderway < size.bytes();
    }

    /// The last number.
    public long sent() {
        return sent;
    }
}
