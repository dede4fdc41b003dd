package io.parley.cluster;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// One immutable message: what to do, a few short headers, the body. Inside a node it is handed
/// over as it is, so nobody writes to the body after sending.
///
/// @param op one of [Ops]
/// @param epoch the room epoch that the sender believes in, 0 = none
public record BusMessage(String op, long epoch, Map<String, String> headers, Buffer body) {
    private static final Buffer EMPTY = Buffer.buffer(0);

    /// What a message takes besides its body, about.
    private static final int OVERHEAD_BYTES = 256;

    public BusMessage {
        headers = Map.copyOf(headers);
    }

    public static BusMessage of(String op) {
        return new BusMessage(op, 0, Map.of(), EMPTY);
    }

    public static BusMessage of(String op, byte[] body) {
        return new BusMessage(op, 0, Map.of(), Buffer.buffer(body));
    }

    public static BusMessage of(String op, Buffer body) {
        return new BusMessage(op, 0, Map.of(), body);
    }

    public BusMessage with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new BusMessage(op, epoch, more, body);
    }

    public BusMessage with(String header, long number) {
        return with(header, String.valueOf(number));
    }

    public BusMessage withEpoch(long newEpoch) {
        return new BusMessage(op, newEpoch, headers, body);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// A number in a header, if it is there.
    public OptionalLong number(String name) {
        var text = headers.get(name);
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /// A copy of the body.
    public byte[] bytes() {
        return body.getBytes();
    }

    /// Of its body, in bytes.
    public int length() {
        return body.length();
    }

    /// What it takes of a queue.
    int sizeBytes() {
        return OVERHEAD_BYTES + length();
    }

    public boolean isOp(String name) {
        return op.equals(name);
    }

    @Override
    public String toString() {
        return "BusMessage[op=" + op + ", epoch=" + epoch + ", " + body.length() + " bytes]";
    }
}
