package io.parley.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;

/// How a [BusMessage] looks between nodes: epoch, op, headers, body, each with its length. Locally
/// it passes as it is.
final class BusMessageCodec implements MessageCodec<BusMessage, BusMessage> {
    static final String NAME = "parley";

    @Override
    public void encodeToWire(Buffer out, BusMessage message) {
        out.appendLong(message.epoch());
        append(out, message.op());
        out.appendShort((short) message.headers().size());
        message.headers()
                .forEach((name, value) -> {
                    append(out, name);
                    append(out, value);
                });
        out.appendInt(message.body().length()).appendBuffer(message.body());
    }

    @Override
    public BusMessage decodeFromWire(int start, Buffer in) {
        var reader = new Reader(in, start);
        long epoch = reader.nextLong();
        String op = reader.nextText();
        int count = reader.nextShort();
        var headers = HashMap.<String, String>newHashMap(count);
        for (int i = 0; i < count; i++) {
            String name = reader.nextText();
            headers.put(name, reader.nextText());
        }
        return new BusMessage(op, epoch, headers, reader.nextBuffer());
    }

    @Override
    public BusMessage transform(BusMessage message) {
        return message;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    private static void append(Buffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.appendInt(bytes.length).appendBytes(bytes);
    }

    private static final class Reader {
        private final Buffer in;
        private int at;

        Reader(Buffer in, int at) {
            this.in = in;
            this.at = at;
        }

        long nextLong() {
            at += Long.BYTES;
            return in.getLong(at - Long.BYTES);
        }

        int nextShort() {
            at += Short.BYTES;
            return in.getUnsignedShort(at - Short.BYTES);
        }

        String nextText() {
            return nextBuffer().toString(StandardCharsets.UTF_8);
        }

        Buffer nextBuffer() {
            int length = in.getInt(at);
            int start = at + Integer.BYTES;
            at = start + length;
            return in.getBuffer(start, at);
        }
    }
}
