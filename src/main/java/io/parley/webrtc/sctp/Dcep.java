package io.parley.webrtc.sctp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A message of the Data Channel Establishment Protocol (RFC 8832 §5).
sealed interface Dcep {
    int PPID = 50;
    int ACK = 2;
    int OPEN = 3;
    int UNORDERED = 0x80;
    int LIMIT_RETRANSMITS = 1;
    int LIMIT_LIFETIME = 2;
    int NORMAL_PRIORITY = 256;

    record Ack() implements Dcep {}

    /// Asks for a channel.
    ///
    /// @param maxRetransmits -1 for no limit
    /// @param maxLifetimeMs -1 for no limit
    record Open(
            String label, String protocol, boolean ordered, int maxRetransmits, int maxLifetimeMs)
            implements Dcep {}

    /// The message, or null for one that is broken or unknown.
    static @Nullable Dcep read(byte[] payload) {
        WireReader in = new WireReader(payload, 0, payload.length);
        try {
            return switch (in.u8()) {
                case ACK -> new Ack();
                case OPEN -> readOpen(in);
                default -> null;
            };
        } catch (MalformedSctpException _) {
            return null;
        }
    }

    private static Open readOpen(WireReader in) {
        int type = in.u8();
        in.u16();
        long limit = Math.min(Integer.MAX_VALUE, in.u32());
        int labelBytes = in.u16();
        int protocolBytes = in.u16();
        String label = new String(in.array(labelBytes), StandardCharsets.UTF_8);
        String protocol = new String(in.array(protocolBytes), StandardCharsets.UTF_8);
        int kind = type & ~UNORDERED;
        return new Open(
                label,
                protocol,
                (type & UNORDERED) == 0,
                kind == LIMIT_RETRANSMITS ? (int) limit : -1,
                kind == LIMIT_LIFETIME ? (int) limit : -1);
    }

    static byte[] write(Dcep message) {
        WireWriter out = new WireWriter(64);
        switch (message) {
            case Ack() -> out.u8(ACK);
            case Open open -> writeOpen(out, open);
        }
        return out.toArray();
    }

    private static void writeOpen(WireWriter out, Open open) {
        int kind = open.maxLifetimeMs() >= 0 ? LIMIT_LIFETIME : 0;
        int type = open.maxRetransmits() >= 0 ? LIMIT_RETRANSMITS : kind;
        byte[] label = open.label().getBytes(StandardCharsets.UTF_8);
        byte[] protocol = open.protocol().getBytes(StandardCharsets.UTF_8);
        out.u8(OPEN);
        out.u8(type | (open.ordered() ? 0 : UNORDERED));
        out.u16(NORMAL_PRIORITY);
        out.i32(Math.max(0, Math.max(open.maxRetransmits(), open.maxLifetimeMs())));
        out.u16(label.length);
        out.u16(protocol.length);
        out.bytes(label, 0, label.length);
        out.bytes(protocol, 0, protocol.length);
    }
}
