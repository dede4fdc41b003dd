package io.parley.signal;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntConsumer;

/// What a client has yet to read. The event bus knows no back-pressure, so the limit is here. Owned
/// by its connection.
final class Outbox {
    static final int UNCOUNTED = -1;

    private final WebSocketBase socket;
    private final int maxMessages;
    private final int maxBytes;
    private final Queue<Frame> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private final IntConsumer onTaken;
    private Runnable onEmpty = () -> {};

    /// @param size as its sender counts it, or [#UNCOUNTED]
    record Frame(Buffer bytes, boolean isText, int size) {}

    /// Tells `onTaken` the size of each frame that the socket takes.
    Outbox(WebSocketBase socket, int maxMessages, int maxBytes, IntConsumer onTaken) {
        this.socket = socket;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.onTaken = onTaken;
        socket.drainHandler(_ -> flush());
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void whenEmpty(Runnable then) {
        onEmpty = then;
    }

    void clear() {
        waiting.clear();
        waitingBytes = 0;
    }

    /// False if the client is too far behind. What comes after the end is for nobody; the close
    /// handler has told the session.
    boolean write(Frame frame) {
        if (socket.isClosed()) {
            return true;
        }
        if (waiting.isEmpty() && !socket.writeQueueFull()) {
            send(frame);
            return true;
        }
        waiting.add(frame);
        waitingBytes += frame.bytes().length();
        return waiting.size() <= maxMessages && waitingBytes <= maxBytes;
    }

    private void flush() {
        while (!waiting.isEmpty() && !socket.isClosed() && !socket.writeQueueFull()) {
            var frame = waiting.remove();
            waitingBytes -= frame.bytes().length();
            send(frame);
        }
        if (waiting.isEmpty()) {
            onEmpty.run();
        }
    }

    private void send(Frame frame) {
        if (frame.isText()) {
            socket.writeTextMessage(frame.bytes().toString());
        } else {
            socket.writeBinaryMessage(frame.bytes());
        }
        if (frame.size() != UNCOUNTED) {
            onTaken.accept(frame.size());
        }
    }
}
